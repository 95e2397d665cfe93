package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
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
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.PlannerService;
import io.tickshred.planner.PlannerSettings;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.MemoryBroker;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.SharedData;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three services with real data on a log in memory that hands tasks out twice, loses acknowledgements, reorders the
 * queue and aborts transactions: the published bytes are those of a run in peace.
 */
class SimulatedFaultsTest {
    private static final Day DAY = new Day("us", LocalDate.of(2013, 10, 7));
    private static final MemoryBudget BUDGET = new MemoryBudget(256L << 20, 1);

    @TempDir
    Path directory;

    @Test
    void faultsOfTheLogChangeNoByteOfADay() throws Exception {
        Map<String, String> expected = run("peace", MemoryFaults.none());
        long seed = new Random().nextLong();

        Map<String, String> found = run("storm", MemoryFaults.seeded(seed));

        assertThat(found).as("batches by checksum, seed %d", seed).isEqualTo(expected);
        assertThat(expected).hasSizeGreaterThan(5);
    }

    private Map<String, String> run(String name, MemoryFaults faults) throws Exception {
        Path home = directory.resolve(name);
        String yaml = """
                name: us
                input: %s
                output: %s
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(SharedData.require("us_equity"), home.resolve("out"));
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse("us", yaml)));
        java.nio.file.Files.createDirectories(home.resolve("out"));
        LinkedBlockingQueue<DayStatus> statuses = new LinkedBlockingQueue<>();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Duration drain = Duration.ofSeconds(10);
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws());
                Transport transport = new MemoryBroker(4, faults).transport("all")) {
            transport.view(
                    Topic.DAY_STATUS,
                    record -> statuses.add(status(record.value().orElseThrow())));
            DuckDbEngines engines = DuckDbEngines.one(BUDGET);
            PlannerService planner = new PlannerService(
                    transport,
                    datasets,
                    stores,
                    new PlannerSettings("p", home.resolve("p"), BUDGET, 4, 1L << 30, RequestPrices.S3_STANDARD),
                    registry);
            ShredWorkerService worker = new ShredWorkerService(
                    transport,
                    datasets,
                    stores,
                    new WorkSettings("w", 2, home.resolve("w"), engines, 50, drain),
                    registry);
            FinalizerService finalizer = new FinalizerService(
                    transport,
                    datasets,
                    stores,
                    new WorkSettings("f", 2, home.resolve("f"), engines, 50, drain),
                    registry);
            planner.start();
            worker.start();
            finalizer.start();
            try (var publisher = transport.publisher()) {
                publisher.publish(
                        List.of(Outbox.record(PlanRequest.of(DAY.dataset(), DAY.date(), false, List.of(), List.of()))));
            }
            DayStatus last;
            do {
                last = statuses.poll(2, TimeUnit.MINUTES);
                assertThat(last).as("a status within two minutes, %s", faults).isNotNull();
            } while (!last.state().ended());
            worker.stop();
            planner.stop();
            finalizer.stop();
            assertThat(last.state()).as("%s %s", last.failure(), faults).isEqualTo(DayState.PUBLISHED);
        }
        Path manifest = home.resolve("out").resolve(ObjectKeys.manifest(DAY));
        return MessageCodec.newMapper().readValue(manifest.toFile(), Manifest.class).batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    private static DayStatus status(byte[] value) {
        try {
            return (DayStatus) new MessageCodec().decode(value);
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
