package io.tickshred.finalizer;

import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.ledger.BatchLedgerHandler;
import io.tickshred.finalizer.ledger.FanOutHandler;
import io.tickshred.finalizer.merge.AcceptedRunsReader;
import io.tickshred.finalizer.metric.MetricCheck;
import io.tickshred.finalizer.publish.AcceptedBatchesReader;
import io.tickshred.finalizer.publish.Versions;
import io.tickshred.finalizer.sweep.PeriodicSweep;
import io.tickshred.finalizer.sweep.SweepSettings;
import io.tickshred.fleet.BatchMaps;
import io.tickshred.fleet.DatasetLookup;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.ProcessLock;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.ScratchMetrics;
import io.tickshred.fleet.Slots;
import io.tickshred.fleet.TaskRunner;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.MetricFailure;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The finalizer: shares the fan-out of complete days and the batch ledger with its peers, and works on batches in as
 * many slots as it was given.
 */
public final class FinalizerService implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(FinalizerService.class);
    private static final Duration MAP_PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final Transport transport;
    private final Datasets datasets;
    private final ObjectStores stores;
    private final WorkSettings settings;
    private final Optional<SweepSettings> sweep;
    private final MeterRegistry registry;
    private Optional<Slots> slots = Optional.empty();
    private final List<Transport.Running> coordinators = new ArrayList<>();
    private Optional<Transport.View> view = Optional.empty();
    private final Fetches fetches = new Fetches();
    private Optional<ProcessLock> scratch = Optional.empty();
    private Optional<Publisher> publisher = Optional.empty();
    private Optional<PeriodicSweep> sweeper = Optional.empty();

    /** One that leaves the sweeping to others. */
    public FinalizerService(
            Transport transport,
            Datasets datasets,
            ObjectStores stores,
            WorkSettings settings,
            MeterRegistry registry) {
        this(transport, datasets, stores, settings, Optional.empty(), registry);
    }

    public FinalizerService(
            Transport transport,
            Datasets datasets,
            ObjectStores stores,
            WorkSettings settings,
            Optional<SweepSettings> sweep,
            MeterRegistry registry) {
        this.transport = transport;
        this.datasets = datasets;
        this.stores = stores;
        this.settings = settings;
        this.sweep = sweep;
        this.registry = registry;
    }

    /** What only this service exports; the rest is of all or of all workers. */
    public static MeterSection meters() {
        return FinalizerMetrics.section();
    }

    @Override
    public void start() throws Exception {
        scratch = Optional.of(Scratch.claim(settings.scratch()));
        for (MetricFailure failure : MetricCheck.of(datasets.all(), settings.scratch())) {
            LogLine.warn(LOG, "Metric will fail on every day")
                    .with(LogKey.REASON, failure)
                    .write();
        }
        ScratchMetrics.bind(registry, settings.scratch(), settings.engines());
        BatchMaps maps = new BatchMaps(MAP_PATIENCE);
        view = Optional.of(transport.view(Topic.BATCH_MAPS, maps));
        coordinators.add(transport.process("fan-out", Set.of(Topic.DAY_COMPLETE), false, new FanOutHandler()));
        coordinators.add(transport.process(
                "batch-ledger",
                Set.of(Topic.BATCH_RESULTS),
                true,
                new BatchLedgerHandler(Clock.systemUTC(), registry)));
        Publisher results = transport.publisher();
        publisher = Optional.of(results);
        FinalizeWork work = new FinalizeWork(
                new DatasetLookup(datasets),
                stores,
                settings,
                new Versions(version(), duckdbVersion()),
                maps,
                new AcceptedRunsReader(transport, fetches),
                new AcceptedBatchesReader(transport),
                fetches,
                new FinalizerMetrics(registry));
        TaskRunner runner =
                new TaskRunner(results, work, Topic.BATCH_TASKS, settings.deliveryLimit(), RETRY_PAUSE, registry);
        slots = Optional.of(Slots.open(transport, Topic.BATCH_TASKS, settings, runner));
        sweeper =
                sweep.map(how -> new PeriodicSweep(transport, datasets, stores, how, registry, InstantSource.system()));
        sweeper.ifPresent(PeriodicSweep::start);
        LogLine.info(LOG, "Finalizer started")
                .with(LogKey.WORKER, settings.instance())
                .with(LogKey.SLOTS, settings.slots())
                .with(LogKey.ENGINES, settings.engines().count())
                .write();
    }

    /** True while every part of the service runs; a health check asks this. */
    public boolean alive() {
        return slots.filter(Slots::alive).isPresent()
                && view.filter(Transport.Running::alive).isPresent()
                && coordinators.stream().allMatch(Transport.Running::alive);
    }

    /** What keeps a part from going on while it tries again; empty when all is well. */
    public Optional<String> trouble() {
        return slots.flatMap(Slots::trouble).or(() -> Stream.concat(view.stream(), coordinators.stream())
                .flatMap(part -> part.trouble().stream())
                .findFirst());
    }

    /** Takes no new task, finishes those in hand within the deadline, gives back the rest, then leaves the log. */
    @Override
    public void stop() throws InterruptedException, IOException {
        // Theirs is another finalizer's from now on. The view is needed for as long as a task is in hand.
        coordinators.forEach(Transport.Running::drain);
        if (slots.isPresent()) {
            slots.get().stop(settings.drainTimeout());
        }
        sweeper.ifPresent(PeriodicSweep::close);
        settings.protection().close();
        view.ifPresent(Transport.Running::close);
        Transport.Running.closeAll(coordinators);
        publisher.ifPresent(Publisher::close);
        fetches.close();
        if (scratch.isPresent()) {
            scratch.get().close();
        }
        LogLine.info(LOG, "Finalizer stopped")
                .with(LogKey.WORKER, settings.instance())
                .write();
    }

    private String duckdbVersion() throws DuckDbException, InterruptedException {
        try (DuckDbSession session = DuckDbSession.open(settings.scratch(), MemoryBudget.LEAST)) {
            return session.query("SELECT version()", row -> row.text(0)).get(0);
        }
    }

    private static String version() {
        return Optional.ofNullable(FinalizerService.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
