package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.finalizer.FinalizerApplication;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.planner.PlannerApplication;
import io.tickshred.shred.ShredWorkerApplication;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.testkit.SharedData;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services as processes of their own, killed with SIGKILL at moments that matter. Each test runs the day of real trades
 * once in peace and once with the kill, and compares every published byte.
 */
class KilledProcessesIT {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private Transport transport;
    private FleetProcess planner;
    private FleetProcess worker;
    private FleetProcess otherWorker;
    private FleetProcess finalizer;
    private final BlockingQueue<DayStatus> statuses = new LinkedBlockingQueue<>();

    @BeforeEach
    void startAFleet() throws Exception {
        Path input = SharedData.require("us_equity");
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        Files.createDirectories(directory.resolve("out"));
        Path datasets = Files.createDirectories(directory.resolve("datasets"));
        for (String name : List.of("peace", "storm")) {
            Files.writeString(datasets.resolve(name + ".yaml"), """
                    name: %s
                    input: %s
                    output: %s
                    chunks:
                      maxObjects: 1
                    tables:
                      - name: trades
                        maxRows: 60000
                    """.formatted(name, input, directory.resolve("out")));
        }
        transport = new KafkaTransport(KafkaConfiguration.of(kafka.bootstrapServers()), "test");
        transport.createTopics();
        transport.view(Topic.DAY_STATUS, this::hear);
        planner = service("planner", PlannerApplication.class);
        worker = service("shred-worker", ShredWorkerApplication.class);
        otherWorker = service("shred-worker-2", ShredWorkerApplication.class);
        finalizer = service("finalizer", FinalizerApplication.class);
    }

    private FleetProcess service(String instance, Class<?> application) {
        String name = instance.replace("-2", "");
        Path configuration = Path.of("..", name, name + ".yml").toAbsolutePath().normalize();
        Map<String, String> environment = Map.of(
                "INSTANCE",
                instance,
                "DATASETS",
                directory.resolve("datasets").toString(),
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "SCRATCH",
                directory.resolve("scratch-" + instance).toString(),
                "PORT",
                "0",
                "ADMIN_PORT",
                "0");
        return FleetProcess.start(
                instance, application, configuration, environment, directory.resolve(instance + ".log"));
    }

    @AfterEach
    void stopTheFleet() throws Exception {
        for (FleetProcess process : new FleetProcess[] {planner, worker, otherWorker, finalizer}) {
            if (process != null) {
                process.close();
            }
        }
        if (transport != null) {
            transport.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    private void hear(Incoming record) {
        try {
            statuses.add((DayStatus) new MessageCodec().decode(record.value().orElseThrow()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void request(String dataset) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(new PlanRequest(dataset, DATE, false, List.of(), List.of()))));
        }
    }

    private DayStatus await(String dataset, Predicate<DayStatus> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        DayStatus last = null;
        while (System.nanoTime() < deadline) {
            DayStatus status = statuses.poll(1, TimeUnit.SECONDS);
            if (status == null || !status.day().dataset().equals(dataset)) {
                continue;
            }
            last = status;
            if (condition.test(status)) {
                return status;
            }
            assertThat(status.state()).as("%s", status.failure()).isNotEqualTo(DayState.FAILED);
        }
        throw new AssertionError("not reached in " + PATIENCE + ", last " + last + "; logs:\n" + planner.log()
                + worker.log() + otherWorker.log() + finalizer.log());
    }

    private Map<String, String> checksums(String dataset) throws Exception {
        Path manifest =
                directory.resolve("out").resolve(ObjectKeys.manifest(new io.tickshred.model.Day(dataset, DATE)));
        return MessageCodec.newMapper().readValue(manifest.toFile(), Manifest.class).batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    private Map<String, String> runInPeace() throws Exception {
        request("peace");
        await("peace", status -> status.state() == DayState.PUBLISHED);
        return checksums("peace");
    }

    @Test
    void aWorkerKilledInTheMiddleOfItsTasksLosesNothing() throws Exception {
        Map<String, String> expected = runInPeace();

        request("storm");
        await("storm", status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        worker.kill();

        DayStatus end = await("storm", status -> status.state() == DayState.PUBLISHED);
        assertThat(end.chunks()).isGreaterThan(10);
        assertThat(checksums("storm")).isEqualTo(expected).hasSizeGreaterThan(5);
    }

    @Test
    void aWorkerToldToStopInTheMiddleOfItsTasksFinishesThemAndLeaves() throws Exception {
        Map<String, String> expected = runInPeace();

        request("storm");
        await("storm", status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        boolean ended = worker.terminate(Duration.ofSeconds(25));

        assertThat(ended).as("ended by itself: %s", worker.log()).isTrue();
        assertThat(worker.log()).contains("Shred worker stopped").doesNotContain("Task given back");
        await("storm", status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums("storm")).isEqualTo(expected);
    }

    @Test
    void aPlannerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        Map<String, String> expected = runInPeace();

        request("storm");
        await("storm", status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        planner.kill();
        planner.restart();

        await("storm", status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums("storm")).isEqualTo(expected);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        Map<String, String> expected = runInPeace();

        request("storm");
        await("storm", status -> status.state() == DayState.FINALIZING && status.batchesDone() >= 1);
        finalizer.kill();
        finalizer.restart();

        await("storm", status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums("storm")).isEqualTo(expected);
    }
}
