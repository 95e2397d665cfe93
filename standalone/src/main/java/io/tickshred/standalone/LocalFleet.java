package io.tickshred.standalone;

import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.planner.PlannerService;
import io.tickshred.planner.PlannerSettings;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaFigures;
import io.tickshred.transport.kafka.KafkaTransport;
import io.tickshred.transport.metered.MeteredTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Embedded Kafka, planner, shred worker and finalizer in this JVM, with nothing between them but the broker, as in a
 * fleet of many machines. Closing stops the services, which finish what is in hand, and the broker last.
 */
public final class LocalFleet implements AutoCloseable {
    private static final int PARTITIONS = 4;
    /**
     * Committed records may be heard only when a fetch under way ends, and a member of a group that is closed waits for
     * it. So few clients may ask often: with a second a small day took twice as long.
     */
    private static final String FETCH_WAIT_MILLIS = "150";
    /** A broker that has just started refuses the first requests for some milliseconds, not for a tenth of a second. */
    private static final String RETRY_MILLIS = "10";

    private static final Map<String, String> CLIENTS =
            Map.of("fetch.max.wait.ms", FETCH_WAIT_MILLIS, "retry.backoff.ms", RETRY_MILLIS);

    private static final int FOOTER_THREADS = 8;
    private static final int DELIVERY_LIMIT = 5;
    /** The planner counts one column beside the others' work; its memory is within their reserve. */
    private static final MemoryBudget PLANNING =
            new MemoryBudget(128L << 20, Math.min(2, Runtime.getRuntime().availableProcessors()));

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final ObjectStores stores;
    private final EmbeddedKafka kafka;
    private final KafkaFigures figures;
    private final Transport transport;
    private final PlannerService planner;
    private final ShredWorkerService worker;
    private final FinalizerService finalizer;

    private LocalFleet(Datasets datasets, LocalFleetSettings settings, MeterRegistry registry) throws Exception {
        Path scratch = settings.directory().resolve("scratch");
        DuckDbSession.preload();
        figures = new KafkaFigures(registry);
        try {
            makeOutputDirectories(datasets);
            stores = opened(new ObjectStores(settings.s3(), registry));
            kafka = opened(EmbeddedKafka.start(settings.directory().resolve("kafka"), settings.kafkaPort()));
            transport = opened(transport("cli"));
            transport.createTopics();
            finalizer = new FinalizerService(
                    opened(new MeteredTransport(transport("finalizer"), registry)),
                    datasets,
                    stores,
                    new WorkSettings(
                            "finalizer",
                            settings.workers(),
                            scratch.resolve("finalizer"),
                            settings.engines(),
                            DELIVERY_LIMIT,
                            DRAIN_TIMEOUT),
                    registry);
            worker = new ShredWorkerService(
                    opened(new MeteredTransport(transport("worker"), registry)),
                    datasets,
                    stores,
                    new WorkSettings(
                            "worker",
                            settings.workers(),
                            scratch.resolve("worker"),
                            settings.engines(),
                            DELIVERY_LIMIT,
                            DRAIN_TIMEOUT),
                    registry);
            planner = new PlannerService(
                    opened(new MeteredTransport(transport("planner"), registry)),
                    datasets,
                    stores,
                    new PlannerSettings(
                            "planner",
                            scratch.resolve("planner"),
                            PLANNING,
                            FOOTER_THREADS,
                            settings.engines().each().duckdbBytes(),
                            RequestPrices.S3_STANDARD),
                    registry);
            startAll(List.of(planner, worker, finalizer));
        } catch (Exception e) {
            closeAfter(e);
            throw e;
        }
    }

    /** Starts all of it; ready when this returns. What was started is stopped again when a part does not start. */
    public static LocalFleet start(Datasets datasets, LocalFleetSettings settings, MeterRegistry registry)
            throws Exception {
        return new LocalFleet(datasets, settings, registry);
    }

    /** For requests to the fleet and for following its days. */
    public Transport transport() {
        return transport;
    }

    /** Stores as the services see them. */
    public ObjectStores stores() {
        return stores;
    }

    public PlannerService planner() {
        return planner;
    }

    /** Where other clients reach the broker. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Why no day will ever end here: a part that died. */
    public Optional<String> trouble() {
        String dead =
                !planner.alive() ? "planner" : !worker.alive() ? "shred worker" : finalizer.alive() ? "" : "finalizer";
        return dead.isEmpty() ? Optional.empty() : Optional.of("the " + dead + " has died; the log says why");
    }

    @Override
    public void close() throws Exception {
        Exception failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** A directory to publish into may be new; a bucket must be there, as for every fleet. */
    private static void makeOutputDirectories(Datasets datasets) throws IOException {
        for (DatasetDefinition dataset : datasets.all()) {
            for (String place : List.of(dataset.output(), dataset.staging())) {
                if (place.startsWith("file:")) {
                    Files.createDirectories(Path.of(URI.create(place)));
                } else if (!place.contains("://")) {
                    Files.createDirectories(Path.of(place));
                }
            }
        }
    }

    private KafkaTransport transport(String instance) {
        return new KafkaTransport(
                KafkaConfiguration.of(kafka.bootstrapServers())
                        .withPartitions(PARTITIONS)
                        .withProperties(CLIENTS),
                instance,
                figures);
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** All at once: each waits for the broker mostly. */
    private void startAll(List<Managed> services) throws Exception {
        // Pushed first: a service that fails half-way through its start has something to stop too.
        opened.push(() -> together(services, Managed::stop));
        together(services, Managed::start);
    }

    /** What to do with a service. */
    private interface Action {
        void on(Managed service) throws Exception;
    }

    /** Does it to all of them, whatever comes of the others; then fails if one failed. */
    private static void together(List<Managed> services, Action action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(services.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Managed service : services) {
                running.add(threads.submit(() -> {
                    action.on(service);
                    return null;
                }));
            }
            Exception failure = null;
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    Exception cause = e.getCause() instanceof Exception exception ? exception : e;
                    if (failure == null) {
                        failure = cause;
                    } else {
                        failure.addSuppressed(cause);
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void closeAfter(Exception cause) {
        try {
            close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }
}
