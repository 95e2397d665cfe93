package io.tickshred.finalizer.metric;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MetricException;
import io.tickshred.duckdb.MetricQuery;
import io.tickshred.finalizer.merge.FirstUpload;
import io.tickshred.fleet.DatasetLookup;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricResult;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.TableDefinition;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the metrics of one batch from its files as they were proven and uploaded, nothing is fetched again. What
 * goes wrong in a metric is that metric's failure. The store's failures are the task's, and so is what a finalizer with
 * more disk may do, until the last attempt: then a day without a metric is better than none.
 */
public final class BatchMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(BatchMetrics.class);

    private final ObjectStore output;
    private final DuckDbEngines engines;

    public BatchMetrics(ObjectStore output, DuckDbEngines engines) {
        this.output = output;
        this.engines = engines;
    }

    /** Where a table's file lies for the metrics, below a directory of the batch's own. */
    public static Path file(Path directory, String table) {
        return directory.resolve("table-" + table + ".parquet");
    }

    /**
     * Computes and uploads every metric that reads tables of the plan.
     *
     * @param directory with the files of those tables; also scratch, and the caller's to delete
     * @param lastAttempt whether nobody will try again
     * @return one result a metric, in the dataset's order
     * @throws TaskException when a finished object cannot be stored; {@code RETRY} when the disk or DuckDB gave out and
     *     somebody will try again
     */
    public List<MetricResult> compute(
            PlanHeader header, DatasetDefinition dataset, int batch, Path directory, boolean lastAttempt)
            throws TaskException, InterruptedException {
        List<MetricResult> results = new ArrayList<>();
        for (MetricDefinition metric : dataset.metricsOf(header.tables())) {
            results.add(compute(header, dataset, metric, batch, directory, lastAttempt));
        }
        return results;
    }

    private MetricResult compute(
            PlanHeader header,
            DatasetDefinition dataset,
            MetricDefinition metric,
            int batch,
            Path directory,
            boolean lastAttempt)
            throws TaskException, InterruptedException {
        List<MetricQuery.Input> inputs = new ArrayList<>();
        for (MetricDefinition.MetricTable read : metric.tables()) {
            TableDefinition table = DatasetLookup.table(dataset, read.table());
            inputs.add(new MetricQuery.Input(file(directory, table.name()), table.listing(), table.timestamp()));
        }
        Path target = directory.resolve("metric-" + metric.name() + ".parquet");
        String key = ObjectKeys.batchMetric(header.day(), header.plan(), metric.name(), batch);
        try {
            MetricQuery.Written written = write(metric, inputs, header, target);
            String own = Sha256.of(target);
            FirstUpload.Uploaded uploaded = new FirstUpload(output).put(key, target);
            String sha256 = uploaded.own() ? own : Sha256.of(target);
            if (!sha256.equals(own)) {
                LogLine.info(LOG, "Took over what another attempt wrote")
                        .with(LogKey.KEY, key)
                        .with(LogKey.FOUND, sha256)
                        .with(LogKey.EXPECTED, own)
                        .write();
                try (DuckDbSession session = engines.openSingleThreaded(directory)) {
                    written = MetricQuery.Written.read(session, target);
                }
            }
            return MetricResult.done(
                    new MetricFile(metric.name(), batch, key, uploaded.object().sizeBytes(), sha256, written.rows()),
                    written.columns());
        } catch (MetricException e) {
            return failed(header, metric, batch, e.line(), e.getMessage(), e);
        } catch (DuckDbException e) {
            if (!lastAttempt && anotherMay(e)) {
                throw TaskFailures.of(
                        "cannot compute metric " + metric.name() + " of batch " + batch + " on " + header.day(),
                        Optional.of(output.uri(key)),
                        e);
            }
            return failed(header, metric, batch, Optional.empty(), e.getMessage(), e);
        } catch (IOException e) {
            throw TaskFailures.of("cannot store metric " + metric.name(), Optional.of(output.uri(key)), e);
        }
    }

    /** Whether another attempt may do it, on another disk. Memory is the same in all, and was tried twice. */
    private static boolean anotherMay(DuckDbException e) {
        return switch (e.kind()) {
            case DISK, OTHER -> true;
            case OUT_OF_MEMORY, DATA, STATEMENT -> false;
        };
    }

    /** What all threads together cannot do within the memory, one thread mostly can. */
    private MetricQuery.Written write(
            MetricDefinition metric, List<MetricQuery.Input> inputs, PlanHeader header, Path target)
            throws MetricException, DuckDbException, IOException, InterruptedException {
        Path scratch = target.toAbsolutePath().getParent();
        if (scratch == null) {
            throw new IllegalArgumentException("the target must lie in a directory: " + target);
        }
        if (metric.parallel() && engines.each().threads() > 1) {
            try (DuckDbSession session = engines.open(scratch)) {
                return new MetricQuery(session, metric).run(inputs, header.day().date(), target);
            } catch (DuckDbException e) {
                if (e.kind() != DuckDbException.Kind.OUT_OF_MEMORY) {
                    throw e;
                }
                LogLine.info(LOG, "Metric computed again with one thread")
                        .with(LogKey.METRIC, metric.name())
                        .with(LogKey.REASON, e.getMessage())
                        .write();
                Files.deleteIfExists(target);
            }
        }
        try (DuckDbSession session = engines.openSingleThreaded(scratch)) {
            return new MetricQuery(session, metric).run(inputs, header.day().date(), target);
        }
    }

    private static MetricResult failed(
            PlanHeader header,
            MetricDefinition metric,
            int batch,
            Optional<Integer> line,
            String reason,
            Exception cause) {
        MetricFailure failure = new MetricFailure(metric.name(), batch, metric.file(), line, reason);
        // Said to people once, by the day's status.
        LogLine.info(LOG, "Metric failed")
                .day(header.day())
                .with(LogKey.PLAN, header.plan())
                .with(LogKey.BATCH, batch)
                .with(LogKey.METRIC, metric.name())
                .with(LogKey.REASON, failure)
                .cause(cause)
                .write();
        return MetricResult.failed(failure);
    }
}
