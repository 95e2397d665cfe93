package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.PlannerService;
import io.tickshred.planner.PlannerSettings;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.MemoryBroker;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One of each service on a log in memory, for one dataset of files. */
final class MemoryFleet implements AutoCloseable {
    private static final MemoryBudget BUDGET = new MemoryBudget(256L << 20, 1);
    private static final DuckDbEngines ENGINES = DuckDbEngines.one(BUDGET);

    private final DatasetDefinition dataset;
    private final ObjectStores stores = new ObjectStores(S3Configuration.aws());
    private final MemoryBroker broker;
    private final Transport transport;
    private final LinkedBlockingQueue<DayStatus> statuses = new LinkedBlockingQueue<>();
    private final PlannerService planner;
    private final ShredWorkerService worker;
    private final FinalizerService finalizer;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private MemoryFleet(Path home, DatasetDefinition dataset, MemoryFaults faults, DuckDbEngines finalizing) {
        this.dataset = dataset;
        this.broker = new MemoryBroker(4, faults);
        this.transport = broker.transport("all");
        Datasets datasets = Datasets.of(List.of(dataset));
        Duration drain = Duration.ofSeconds(10);
        planner = new PlannerService(
                transport,
                datasets,
                stores,
                new PlannerSettings("p", home.resolve("p"), BUDGET, 4, 1L << 30, RequestPrices.S3_STANDARD),
                registry);
        worker = new ShredWorkerService(
                transport, datasets, stores, new WorkSettings("w", 2, home.resolve("w"), ENGINES, 50, drain), registry);
        finalizer = new FinalizerService(
                transport,
                datasets,
                stores,
                new WorkSettings("f", 2, home.resolve("f"), finalizing, 50, drain),
                registry);
    }

    static MemoryFleet start(Path home, DatasetDefinition dataset, MemoryFaults faults) throws Exception {
        return start(home, dataset, faults, ENGINES);
    }

    /** A fleet whose finalizer works with engines of its own. */
    static MemoryFleet start(Path home, DatasetDefinition dataset, MemoryFaults faults, DuckDbEngines finalizing)
            throws Exception {
        Files.createDirectories(Path.of(dataset.output()));
        MemoryFleet fleet = new MemoryFleet(home, dataset, faults, finalizing);
        fleet.transport.view(
                Topic.DAY_STATUS,
                record -> fleet.statuses.add(status(record.value().orElseThrow())));
        fleet.planner.start();
        fleet.worker.start();
        fleet.finalizer.start();
        return fleet;
    }

    /** Asks for a day and waits for its end. */
    DayStatus run(PlanRequest request) throws Exception {
        statuses.clear();
        try (var publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(request)));
        }
        DayStatus last;
        do {
            last = statuses.poll(2, TimeUnit.MINUTES);
            assertThat(last).as("a status within two minutes").isNotNull();
        } while (!last.state().ended());
        return last;
    }

    /** All that was written to a topic. */
    List<Incoming> records(Topic topic) {
        return broker.records(topic);
    }

    /** What the services have counted. */
    SimpleMeterRegistry registry() {
        return registry;
    }

    Manifest manifest(Day day) throws IOException {
        Path manifest = Path.of(dataset.output()).resolve(ObjectKeys.manifest(day));
        return MessageCodec.newMapper().readValue(manifest.toFile(), Manifest.class);
    }

    /** SHA-256 of each batch object by table and batch. */
    static Map<String, String> checksums(Manifest manifest) {
        return manifest.batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    @Override
    public void close() throws Exception {
        worker.stop();
        planner.stop();
        finalizer.stop();
        transport.close();
        stores.close();
    }

    private static DayStatus status(byte[] value) {
        try {
            return (DayStatus) new MessageCodec().decode(value);
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
