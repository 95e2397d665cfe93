package io.tickshred.shred;

import io.tickshred.fleet.BatchMaps;
import io.tickshred.fleet.DatasetLookup;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.RunIndexes;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.fleet.TaskResult;
import io.tickshred.fleet.TaskRunner;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.ChunkTask;
import io.tickshred.message.Message;
import io.tickshred.model.AttemptId;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Failure;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.source.Routing;
import io.tickshred.source.Routings;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the tasks of the queue {@code chunk-tasks} and says what came of them. */
final class ShredWork implements TaskRunner.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ShredWork.class);

    /** A larger result tells its files and slices by an object; the log takes records of up to 1 MB by default. */
    private static final int INLINE_BYTES = 256 << 10;

    private final DatasetLookup datasets;
    private final ObjectStores stores;
    private final String worker;
    private final BatchMaps maps;
    private final Routings routings = new Routings();
    private final Shredder shredder;
    private final ShredMetrics metrics;

    ShredWork(
            DatasetLookup datasets,
            ObjectStores stores,
            String worker,
            BatchMaps maps,
            Shredder shredder,
            ShredMetrics metrics) {
        this.datasets = datasets;
        this.stores = stores;
        this.worker = worker;
        this.maps = maps;
        this.shredder = shredder;
        this.metrics = metrics;
    }

    @Override
    public TaskResult run(Message message) throws TaskException, InterruptedException {
        if (!(message instanceof ChunkTask task)) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    message.getClass().getSimpleName() + " does not belong on chunk-tasks",
                    Optional.empty());
        }
        long start = System.nanoTime();
        requireOpen(task);
        DatasetDefinition dataset = datasets.require(task.day(), task.fingerprint());
        TableDefinition table = DatasetLookup.table(dataset, task.table());
        Routing routing = routings.of(
                task.plan(),
                maps.await(task.plan(), task.mapParts()),
                task.unlisted().orElse(Unlisted.OUTSIDE));
        AttemptId attempt = AttemptId.create();
        ShreddedChunk chunk = shredder.shred(
                task,
                table,
                dataset.layout(),
                routing,
                stores.open(dataset.input()),
                stores.open(dataset.staging()),
                attempt);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Outgoing result = result(task, attempt, chunk, chunk.run(), took);
        if (result.value().map(v -> v.length).orElse(0) > INLINE_BYTES) {
            StagedRun indexed = indexed(task, attempt, chunk, stores.open(dataset.staging()));
            result = result(task, attempt, chunk, indexed, took);
        }
        if (maps.isClosed(task.plan())) {
            unstage(task, attempt, chunk, stores.open(dataset.staging()));
        }
        requireOpen(task);
        metrics.done(chunk, took);
        return TaskResult.of("Chunk done", List.of(result))
                .with(LogKey.ATTEMPT, attempt)
                .with(LogKey.ROUTED, chunk.routed())
                .with(LogKey.FILTERED, chunk.filtered())
                .with(LogKey.OUTSIDE, chunk.outside())
                .with(LogKey.FETCHED, chunk.fetchedBytes())
                .with(LogKey.STAGED, chunk.run().sizeBytes())
                .with(LogKey.MILLIS, took.toMillis());
    }

    private Outgoing result(ChunkTask task, AttemptId attempt, ShreddedChunk chunk, StagedRun run, Duration took) {
        return Outbox.record(new ChunkResult(
                task.plan(),
                task.table(),
                task.chunk(),
                attempt,
                worker,
                ChunkResult.Outcome.STAGED,
                chunk.sources(),
                Optional.of(run),
                Optional.empty(),
                Optional.of(took.toMillis())));
    }

    /** The run with its files and slices in an object beside it, for they are many. */
    private static StagedRun indexed(ChunkTask task, AttemptId attempt, ShreddedChunk chunk, ObjectStore staging)
            throws TaskException {
        try {
            return RunIndexes.write(staging, indexKey(task, attempt), chunk.run());
        } catch (IOException e) {
            throw TaskFailures.of("cannot stage the index of chunk " + task.chunk(), Optional.empty(), e);
        }
    }

    private static String indexKey(ChunkTask task, AttemptId attempt) {
        return ObjectKeys.runIndex(task.day(), task.plan(), task.table(), task.chunk(), attempt);
    }

    /** What was staged after the plan's staging was deleted would stay there for ever. */
    private static void unstage(ChunkTask task, AttemptId attempt, ShreddedChunk chunk, ObjectStore staging) {
        List<String> keys = new ArrayList<>();
        chunk.run().files().stream().map(StagedFile::key).forEach(keys::add);
        keys.add(indexKey(task, attempt));
        try {
            staging.delete(keys);
        } catch (IOException e) {
            LogLine.warn(LOG, "Left over of a late attempt")
                    .with(LogKey.KEY, keys)
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    /** A plan that has ended wants no more of its chunks; what was staged for it is discarded by its prefix. */
    private void requireOpen(ChunkTask task) throws TaskException {
        if (maps.isClosed(task.plan())) {
            routings.forget(task.plan());
            throw new TaskException(TaskException.Kind.FENCED, "plan " + task.plan() + " has ended", Optional.empty());
        }
    }

    @Override
    public List<Outgoing> failed(Message message, Failure failure, boolean retrying) {
        if (!(message instanceof ChunkTask task)) {
            return List.of();
        }
        AttemptId attempt = AttemptId.create();
        return List.of(Outbox.record(new ChunkResult(
                task.plan(),
                task.table(),
                task.chunk(),
                attempt,
                worker,
                retrying ? ChunkResult.Outcome.RETRYING : ChunkResult.Outcome.FAILED,
                List.of(),
                Optional.empty(),
                Optional.of(failure))));
    }

    @Override
    public Map<String, String> where(Message message) {
        Map<String, String> where = new LinkedHashMap<>();
        if (message instanceof ChunkTask task) {
            where.put("dataset", task.day().dataset());
            where.put("date", task.day().date().toString());
            where.put("plan", task.plan().value());
            where.put("table", task.table());
            where.put("chunk", Integer.toString(task.chunk()));
            where.put("worker", worker);
        }
        return where;
    }
}
