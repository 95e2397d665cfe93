package io.tickshred.finalizer;

import io.tickshred.finalizer.aggregate.Aggregator;
import io.tickshred.finalizer.merge.AcceptedRuns;
import io.tickshred.finalizer.merge.AcceptedRunsReader;
import io.tickshred.finalizer.merge.BatchMerger;
import io.tickshred.finalizer.merge.SourceMerger;
import io.tickshred.finalizer.metric.BatchMetrics;
import io.tickshred.finalizer.publish.AcceptedBatchesReader;
import io.tickshred.finalizer.publish.DayPublisher;
import io.tickshred.finalizer.publish.ListingsWriter;
import io.tickshred.finalizer.publish.Versions;
import io.tickshred.fleet.BatchMaps;
import io.tickshred.fleet.DatasetLookup;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskResult;
import io.tickshred.fleet.TaskRunner;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchTask;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.PublishResult;
import io.tickshred.message.PublishTask;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricResult;
import io.tickshred.model.Overgrown;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.RowsWithoutListing;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourceShares;
import io.tickshred.model.SourceTally;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.source.Routing;
import io.tickshred.source.Routings;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the tasks of the queue {@code batch-tasks}: one batch, the publication of a day, what a plan left behind, or an
 * aggregate.
 */
final class FinalizeWork implements TaskRunner.Work {
    private static final Logger LOG = LoggerFactory.getLogger(FinalizeWork.class);

    private final DatasetLookup datasets;
    private final ObjectStores stores;
    private final WorkSettings settings;
    private final Versions versions;
    private final BatchMaps maps;
    private final AcceptedRunsReader runs;
    private final AcceptedBatchesReader batches;
    private final Fetches fetches;
    private final Routings routings = new Routings();
    private final FinalizerMetrics metrics;

    FinalizeWork(
            DatasetLookup datasets,
            ObjectStores stores,
            WorkSettings settings,
            Versions versions,
            BatchMaps maps,
            AcceptedRunsReader runs,
            AcceptedBatchesReader batches,
            Fetches fetches,
            FinalizerMetrics metrics) {
        this.datasets = datasets;
        this.stores = stores;
        this.settings = settings;
        this.versions = versions;
        this.maps = maps;
        this.runs = runs;
        this.batches = batches;
        this.fetches = fetches;
        this.metrics = metrics;
    }

    @Override
    public TaskResult run(Message task) throws TaskException, InterruptedException {
        return run(task, false);
    }

    @Override
    public TaskResult run(Message task, boolean lastAttempt) throws TaskException, InterruptedException {
        if (task instanceof BatchTask batch) {
            return finalizeBatch(batch, lastAttempt);
        } else if (task instanceof PublishTask publish) {
            return publish(publish);
        } else if (task instanceof DiscardTask discard) {
            DatasetDefinition dataset = datasets.require(discard.day());
            publisher(dataset).discard(discard.day(), discard.plan(), discard.output());
            return TaskResult.of("Plan discarded", List.of());
        } else if (task instanceof AggregateTask aggregate) {
            return aggregate(aggregate);
        }
        throw new TaskException(
                TaskException.Kind.POISON,
                task.getClass().getSimpleName() + " does not belong on batch-tasks",
                Optional.empty());
    }

    private TaskResult finalizeBatch(BatchTask task, boolean lastAttempt) throws TaskException, InterruptedException {
        PlanHeader header = task.header();
        DatasetDefinition dataset = datasets.require(header.day(), header.fingerprint());
        BatchMap map = maps.await(header.plan(), header.mapParts());
        long start = System.nanoTime();
        BatchMerger merger = new BatchMerger(
                stores.open(dataset.staging()),
                stores.open(dataset.output()),
                settings.scratch(),
                settings.engines(),
                fetches);
        BatchTables tables = task.tables().isPresent()
                ? naive(dataset, header, task, map, merger)
                : staged(dataset, header, task, merger);
        List<BatchFile> files = new ArrayList<>();
        List<SourceShare> shares = new ArrayList<>();
        List<MetricResult> computed;
        String place = "batch-" + header.plan() + "-" + task.batch();
        try (Scratch kept = Scratch.open(settings.scratch(), place, 0)) {
            Set<String> read = tablesOfMetrics(header, dataset);
            for (String name : header.tables()) {
                Optional<Path> keep =
                        read.contains(name) ? Optional.of(BatchMetrics.file(kept.directory(), name)) : Optional.empty();
                SourceMerger.Made made = tables.make(DatasetLookup.table(dataset, name), keep);
                files.add(made.file());
                shares.addAll(made.shares());
            }
            computed = new BatchMetrics(stores.open(dataset.output()), settings.engines())
                    .compute(header, dataset, task.batch(), kept.directory(), lastAttempt);
        }
        computed.forEach(metric -> metrics.computed(metric.failure().isPresent()));
        List<Overgrown> overgrown = Overgrown.in(
                files,
                map.batches().get(task.batch()),
                dataset.tables().stream()
                        .filter(table -> header.tables().contains(table.name()))
                        .toList());
        overgrown.forEach(table -> LogLine.warn(LOG, "Batch larger than planned")
                .day(header.day())
                .with(LogKey.PLAN, header.plan())
                .with(LogKey.BATCH, task.batch())
                .with(LogKey.REASON, table)
                .write());
        metrics.overgrown(header.day().dataset(), !overgrown.isEmpty());
        long rows = files.stream().mapToLong(f -> f.proof().rows()).sum();
        long bytes = files.stream().mapToLong(BatchFile::sizeBytes).sum();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        metrics.batchDone(rows, bytes, took);
        AttemptId attempt = AttemptId.create();
        BatchResult result = new BatchResult(
                header.plan(),
                task.batch(),
                attempt,
                settings.instance(),
                files,
                Optional.empty(),
                false,
                Optional.of(computed),
                task.tables().isPresent() ? Optional.of(shares) : Optional.empty(),
                overgrown.isEmpty() ? Optional.empty() : Optional.of(overgrown),
                Optional.of(took.toMillis()));
        return TaskResult.of("Batch done", List.of(Outbox.record(result)))
                .with(LogKey.ATTEMPT, attempt)
                .with(LogKey.ROWS, rows)
                .with(LogKey.BYTES, bytes)
                .with(LogKey.MILLIS, took.toMillis());
    }

    /** Makes one batch, table by table. */
    private interface BatchTables {
        SourceMerger.Made make(TableDefinition table, Optional<Path> keep) throws TaskException, InterruptedException;
    }

    private BatchTables staged(DatasetDefinition dataset, PlanHeader header, BatchTask task, BatchMerger merger)
            throws TaskException, InterruptedException {
        AcceptedRuns accepted = runs.read(header, task.results().orElseThrow(), stores.open(dataset.staging()));
        return (table, keep) ->
                new SourceMerger.Made(merger.merge(header, table, accepted, task.batch(), keep), List.of());
    }

    private BatchTables naive(
            DatasetDefinition dataset, PlanHeader header, BatchTask task, BatchMap map, BatchMerger merger) {
        Routing routing = routings.of(header.plan(), map, header.unlisted().orElse(Unlisted.OUTSIDE));
        SourceMerger sources =
                new SourceMerger(stores.open(dataset.input()), merger, settings.scratch(), settings.engines(), fetches);
        Map<String, List<BatchTask.SourceSlice>> slices = task.tables().orElseThrow().stream()
                .collect(Collectors.toMap(BatchTask.TableSlices::table, BatchTask.TableSlices::slices));
        return (table, keep) ->
                sources.merge(header, table, routing, task.batch(), slices.getOrDefault(table.name(), List.of()), keep);
    }

    /** Their files are kept until the metrics are computed, the others' go at once. */
    private static Set<String> tablesOfMetrics(PlanHeader header, DatasetDefinition dataset) {
        return dataset.metricsOf(header.tables()).stream()
                .flatMap(metric -> metric.tables().stream())
                .map(MetricDefinition.MetricTable::table)
                .collect(Collectors.toUnmodifiableSet());
    }

    private TaskResult publish(PublishTask task) throws TaskException, InterruptedException {
        PlanHeader header = task.header();
        DatasetDefinition dataset = datasets.require(header.day(), header.fingerprint());
        BatchMap map = maps.await(header.plan(), header.mapParts());
        List<BatchResult> results = batches.read(header, task.batchResults());
        Map<String, List<SourceTally>> sources = sources(task, dataset, results);
        DayPublisher.Published published = publisher(dataset).publish(header, dataset, map, results, sources);
        if (published.fresh()) {
            metrics.published(published.manifest());
        }
        List<MetricFailure> failed = published.manifest().metricFailures();
        PublishResult result = new PublishResult(
                header.plan(),
                Optional.of(published.uri()),
                Optional.empty(),
                failed.isEmpty() ? Optional.empty() : Optional.of(failed),
                note(published.manifest()));
        return TaskResult.of("Publication done", List.of(Outbox.record(result))).with(LogKey.MANIFEST, published.uri());
    }

    /** What a person should know of a published day, in one line; empty where there is nothing. */
    static Optional<String> note(Manifest manifest) {
        return Stream.of(RowsWithoutListing.note(manifest), Overgrown.note(manifest))
                .flatMap(Optional::stream)
                .reduce((first, second) -> first + "; " + second);
    }

    /** Where the rows of each table's sources went, as the workers or, in the naive mode, the batches tell it. */
    private Map<String, List<SourceTally>> sources(
            PublishTask task, DatasetDefinition dataset, List<BatchResult> results)
            throws TaskException, InterruptedException {
        PlanHeader header = task.header();
        if (task.results().isEmpty()) {
            SourceShares shares = SourceShares.of(results.stream()
                    .flatMap(result -> result.sources().orElse(List.of()).stream())
                    .toList());
            return header.tables().stream().collect(Collectors.toMap(t -> t, shares::tallies));
        }
        AcceptedRuns accepted = runs.read(header, task.results().get(), stores.open(dataset.staging()));
        return header.tables().stream().collect(Collectors.toMap(t -> t, accepted::sources));
    }

    private TaskResult aggregate(AggregateTask task) throws TaskException, InterruptedException {
        DatasetDefinition dataset =
                datasets.require(new Day(task.range().dataset(), task.range().from()));
        AggregateStatus done = new Aggregator(
                        stores.open(dataset.output()), settings.scratch(), settings.engines(), fetches, versions)
                .aggregate(task);
        return TaskResult.of("Aggregate done", List.of(Outbox.record(done)))
                .with(LogKey.DAYS, done.days())
                .with(LogKey.MISSING, done.missing())
                .with(LogKey.ROWS, done.rows());
    }

    @Override
    public List<Outgoing> failed(Message task, Failure failure, boolean retrying) {
        if (task instanceof BatchTask batch) {
            return List.of(Outbox.record(new BatchResult(
                    batch.header().plan(),
                    batch.batch(),
                    AttemptId.create(),
                    settings.instance(),
                    List.of(),
                    Optional.of(failure),
                    retrying)));
        } else if (task instanceof PublishTask publish && !retrying) {
            return List.of(
                    Outbox.record(new PublishResult(publish.header().plan(), Optional.empty(), Optional.of(failure))));
        } else if (task instanceof AggregateTask aggregate && !retrying) {
            return List.of(Outbox.record(
                    AggregateStatus.failed(aggregate.range(), aggregate.metric(), failure, aggregate.askedAt())));
        }
        return List.of();
    }

    @Override
    public Map<String, String> where(Message task) {
        Map<String, String> where = new LinkedHashMap<>();
        if (task instanceof BatchTask batch) {
            put(where, batch.header().day(), batch.header().plan());
            where.put("batch", Integer.toString(batch.batch()));
        } else if (task instanceof PublishTask publish) {
            put(where, publish.header().day(), publish.header().plan());
        } else if (task instanceof DiscardTask discard) {
            put(where, discard.day(), discard.plan());
        } else if (task instanceof AggregateTask aggregate) {
            where.put("dataset", aggregate.range().dataset());
            where.put("range", aggregate.range().toString());
            where.put("metric", aggregate.metric());
        }
        where.put("worker", settings.instance());
        return where;
    }

    private static void put(Map<String, String> where, Day day, PlanId plan) {
        where.put("dataset", day.dataset());
        where.put("date", day.date().toString());
        where.put("plan", plan.value());
    }

    private DayPublisher publisher(DatasetDefinition dataset) {
        ObjectStore output = stores.open(dataset.output());
        ListingsWriter listings = new ListingsWriter(output, settings.scratch(), settings.engines(), fetches);
        return new DayPublisher(stores.open(dataset.staging()), output, listings, versions);
    }
}
