package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.finalizer.sweep.SweepRules;
import io.tickshred.finalizer.sweep.SweepSettings;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps that hear from a real broker which plans are in progress: by command, and by two finalizers on their own. */
class SweepWithFleetIT {
    private static final Day DAY = new Day("trades", LocalDate.of(2026, 1, 5));

    @TempDir
    Path directory;

    private final PlanId dead = plan(10);
    private final PlanId live = plan(9);

    private static PlanId plan(int daysAgo) {
        return PlanId.create(Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    private Path old(PlanId plan) throws IOException {
        Path file =
                directory.resolve("out").resolve(ObjectKeys.stagingPrefix(DAY, plan) + "trades/0-aaaaaaaaaaaa.parquet");
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[100]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        return file;
    }

    private static void say(Transport transport, PlanId plan, DayState state) throws Exception {
        DayStatus status = Statuses.of(DAY, state, Instant.now())
                .chunks(1)
                .batches(1)
                .plan(plan)
                .build();
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(status)));
        }
    }

    private String sweep(EmbeddedKafka kafka, String... more) {
        return sweep(kafka, 0, more);
    }

    private String sweep(EmbeddedKafka kafka, int code, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "sweep",
                "--output",
                directory.resolve("out").toString(),
                "--older-than",
                "2d",
                "--bootstrap",
                kafka.bootstrapServers(),
                "--work-dir",
                directory.resolve("work").toString()));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        assertThat(Tickshred.run(arguments.toArray(String[]::new), stream, stream))
                .as(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo(code);
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aPlanThatTheFleetWorksOnIsKeptUntilItHasEndedAndOneOfSeveralFinalizersSweeps() throws Exception {
        Path orphan = old(dead);
        Path needed = old(live);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
                Transport transport = new KafkaTransport(KafkaConfiguration.of(kafka.bootstrapServers()), "test");
                ObjectStores stores = new ObjectStores(S3Configuration.aws())) {
            transport.createTopics();
            assertThat(sweep(kafka, 1, "--delete"))
                    .as("by a fleet that never heard of the day")
                    .contains("left alone trades/2026-01-05: the fleet at " + kafka.bootstrapServers()
                            + " knows nothing of it")
                    .contains("--lost-fleet");
            assertThat(sweep(kafka, "--lost-fleet")).contains("2 objects");
            say(transport, live, DayState.SHREDDING);

            assertThat(sweep(kafka))
                    .as("while any plan of the day is in progress")
                    .contains("nothing to sweep");
            say(transport, plan(8), DayState.FAILED);
            assertThat(sweep(kafka))
                    .contains(orphan.toString(), needed.toString())
                    .contains("2 objects");
            say(transport, plan(7), DayState.SHREDDING);
            assertThat(sweep(kafka, "--delete")).contains("nothing to sweep");
            assertThat(orphan).exists();
            assertThat(needed).exists();
            say(transport, plan(6), DayState.FAILED);

            Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                    "trades",
                    "name: trades\ninput: " + directory + "\noutput: " + directory.resolve("out")
                            + "\ntables:\n  - name: trades\n")));
            FinalizerService first = finalizer("one", transport, datasets, stores, registry);
            FinalizerService second = finalizer("two", transport, datasets, stores, registry);
            first.start();
            second.start();
            Await.until("swept", () -> !Files.exists(orphan) && sweeps(registry) >= 1);
            first.stop();
            second.stop();
        }

        assertThat(needed).doesNotExist();
        assertThat(sweeps(registry)).as("by one of both").isEqualTo(1);
        try (Stream<Path> claims = Files.list(directory.resolve("out").resolve(ObjectKeys.sweepClaims("trades")))) {
            assertThat(claims).hasSize(1);
        }
    }

    private static double sweeps(SimpleMeterRegistry registry) {
        return registry.get("tickshred.finalizer.sweeps")
                .tag("outcome", "done")
                .counter()
                .count();
    }

    private FinalizerService finalizer(
            String name, Transport transport, Datasets datasets, ObjectStores stores, SimpleMeterRegistry registry) {
        return new FinalizerService(
                transport,
                datasets,
                stores,
                new WorkSettings(
                        name,
                        1,
                        directory.resolve("scratch-" + name),
                        DuckDbEngines.one(new MemoryBudget(128L << 20, 1)),
                        5,
                        Duration.ofSeconds(5)),
                Optional.of(new SweepSettings(true, Duration.ofDays(1), new SweepRules(Duration.ofDays(2)))),
                registry);
    }
}
