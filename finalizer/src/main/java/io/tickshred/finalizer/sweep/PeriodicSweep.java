package io.tickshred.finalizer.sweep;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps the stores of all datasets once a period, whichever finalizer comes first, in a thread of its own. A sweep
 * that fails is told in the log and in its metrics, and tried again by anyone; it never keeps a finalizer from its
 * work.
 */
public final class PeriodicSweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicSweep.class);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final int LOGGED = 1000;

    private final Transport transport;
    private final Datasets datasets;
    private final ObjectStores stores;
    private final SweepSettings settings;
    private final SweepMetrics metrics;
    private final InstantSource clock;
    private final Map<String, Long> swept = new HashMap<>();
    private Optional<Thread> thread = Optional.empty();

    public PeriodicSweep(
            Transport transport,
            Datasets datasets,
            ObjectStores stores,
            SweepSettings settings,
            MeterRegistry registry,
            InstantSource clock) {
        this.transport = transport;
        this.datasets = datasets;
        this.stores = stores;
        this.settings = settings;
        this.metrics = new SweepMetrics(registry);
        this.clock = clock;
    }

    /** What sweeps count. */
    public static MeterSection meters() {
        return new MeterSection(
                "Sweeping",
                "Of a finalizer that is told to sweep.",
                List.of(MeterSection.FINALIZER),
                SweepMetrics.specs());
    }

    /** Looks whether it is time now, and from then on ten times a period, or every ten minutes. */
    public void start() {
        Thread started = new Thread(this::run, "sweep");
        started.setDaemon(true);
        started.start();
        thread = Optional.of(started);
    }

    private void run() {
        Duration tenth = settings.every().dividedBy(10);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                sweepWhatIsDue();
                Thread.sleep((tenth.compareTo(LONGEST_WAIT) < 0 ? tenth : LONGEST_WAIT).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sweeps each dataset that nobody has swept in this period. */
    void sweepWhatIsDue() throws InterruptedException {
        long period = SweepClaim.period(clock.instant(), settings.every());
        for (DatasetDefinition dataset : datasets.all()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (swept.getOrDefault(dataset.name(), Long.MIN_VALUE) == period) {
                continue;
            }
            try {
                ObjectStore staging = stores.open(dataset.staging());
                Optional<SweepClaim> claim = SweepClaim.take(staging, dataset.name(), period);
                if (claim.isPresent()) {
                    sweep(dataset, staging, claim.get());
                    // Only then: whoever else has the turn may give it back, and asking again is one small request.
                    swept.put(dataset.name(), period);
                }
            } catch (IOException | RuntimeException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return; // stopped in the middle: nothing failed
                }
                metrics.failed();
                LogLine.warn(LOG, "Sweep failed")
                        .with(LogKey.DATASET, dataset.name())
                        .with(LogKey.REASON, reason(e))
                        .cause(e)
                        .write();
            }
        }
    }

    private void sweep(DatasetDefinition dataset, ObjectStore staging, SweepClaim claim)
            throws IOException, InterruptedException {
        Tally tally = new Tally(dataset.name());
        boolean done = false;
        try (FleetPlans plans = new FleetPlans(transport, "this fleet")) {
            claim.clearEarlier();
            new Sweeper(staging, stores.open(dataset.output()), plans, settings.rules())
                    .sweep(
                            new Sweeper.Order(
                                    Map.of(dataset.name(), dataset.cleanup()),
                                    Set.of(dataset.name()),
                                    settings.delete()),
                            tally);
            done = true;
        } finally {
            if (!done) {
                // A store gives nothing back to a thread that is interrupted.
                boolean interrupted = Thread.interrupted();
                try {
                    claim.giveBack();
                } finally {
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        }
        metrics.done();
        tally.write();
    }

    /** Logs and counts what one sweep does. */
    private final class Tally implements SweepReport {
        private final String dataset;
        private final List<String> problems = new ArrayList<>();
        private long found;
        private long things;
        private long bytes;

        Tally(String dataset) {
            this.dataset = dataset;
        }

        @Override
        public void found(Swept thing) {
            if (found++ < LOGGED) {
                LogLine.info(LOG, settings.delete() ? "Sweeping" : "Would sweep")
                        .with(LogKey.DATASET, dataset)
                        .with(LogKey.URI, thing.uri())
                        .with(LogKey.BYTES, thing.sizeBytes())
                        .with(LogKey.REASON, thing.reason())
                        .write();
            }
            if (!settings.delete()) {
                metrics.listed();
                add(thing);
            }
        }

        @Override
        public void deleted(Swept thing) {
            metrics.deleted(thing.sizeBytes());
            add(thing);
        }

        private void add(Swept thing) {
            things++;
            bytes += thing.sizeBytes();
        }

        @Override
        public void leftAlone(String line) {
            problems.add(line);
        }

        void write() {
            problems.stream().limit(LOGGED).forEach(problem -> LogLine.warn(LOG, "Not swept")
                    .with(LogKey.DATASET, dataset)
                    .with(LogKey.REASON, problem)
                    .write());
            LogLine.info(LOG, "Sweep done")
                    .with(LogKey.DATASET, dataset)
                    .with(settings.delete() ? LogKey.DELETED : LogKey.LISTED, things)
                    .with(LogKey.BYTES, bytes)
                    .with(
                            LogKey.NOTE,
                            Math.max(found, problems.size()) > LOGGED
                                    ? Optional.of("only the first " + LOGGED + " stand above")
                                    : Optional.empty())
                    .write();
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Ends a sweep in progress, whose turn then goes to another finalizer. */
    @Override
    public void close() {
        thread.ifPresent(running -> {
            running.interrupt();
            try {
                running.join(STOP_PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
