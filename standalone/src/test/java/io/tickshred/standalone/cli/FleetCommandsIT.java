package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at a running fleet, on one fleet: a good day, a bad one, and the bad one again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetCommandsIT {
    private static final String GOOD = "2024-01-04";
    private static final String BAD = "2024-01-05";

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private Path directory = Path.of("");
    private Optional<LocalFleet> fleet = Optional.empty();

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        for (int part = 0; part < 3; part++) {
            write(GOOD, part);
        }
        Files.writeString(write(BAD, 0), "this is no Parquet file");
        String definition = "name: trades\ninput: " + directory.resolve("input") + "\noutput: "
                + directory.resolve("out")
                + "\nchunks:\n  maxObjects: 1\ntables:\n  - name: trades\n    maxRows: 600\n";
        fleet = Optional.of(LocalFleet.start(
                Datasets.of(List.of(DatasetFile.parse("trades", definition))),
                new LocalFleetSettings(
                        directory.resolve("fleet"),
                        0,
                        2,
                        DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                        S3Configuration.aws()),
                registry));
        assertThat(run("plan", GOOD, BAD, "--wait").exitCode()).isEqualTo(1);
    }

    @AfterAll
    void stop() throws Exception {
        if (fleet.isPresent()) {
            fleet.get().close();
        }
    }

    private Path write(String date, int part) throws Exception {
        Path file = directory.resolve("input/trades/date=" + date + "/mic=XNAS/part-" + part + ".parquet");
        Files.createDirectories(file.getParent());
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT (i % 7)::BIGINT AS ListingId, TIMESTAMP_NS '" + date
                    + " 10:00:00' AS TradeTimestampNanoseconds, i AS SeqNo, i * 1.5 AS Price FROM range("
                    + (part + 1) * 100 + ") t(i)) TO '" + file + "' (FORMAT parquet)");
        }
        return file;
    }

    private record Said(int exitCode, String out, String err) {
        JsonNode json() throws Exception {
            assertThat(out.strip().lines()).as("one line of JSON").hasSize(1);
            return new JsonMapper().readTree(out);
        }
    }

    private Said run(String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Said said = run(new PrintStream(out, true, StandardCharsets.UTF_8), command);
        return new Said(said.exitCode(), out.toString(StandardCharsets.UTF_8), said.err());
    }

    private Said run(PrintStream out, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(
                "--bootstrap",
                fleet.orElseThrow().bootstrapServers(),
                "--work-dir",
                directory.resolve("work").toString()));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Tickshred.run(
                arguments.toArray(String[]::new), out, new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(exitCode, "", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    @Order(1)
    void statusSaysWhyADayFailedBelowItsRowAndEndsWithOne() throws Exception {
        Said text = run("status");
        Said good = run("status", GOOD);
        Said json = run("status", "--json");

        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.out())
                .containsPattern("(?m)^trades +2024-01-04 +published +3/3 +\\d/\\d +600 ")
                .containsPattern("(?m)^ {4}.*part-0.parquet");
        assertThat(text.out().lines().filter(line -> line.startsWith("---")))
                .singleElement()
                .satisfies(rule -> assertThat(rule.length()).isLessThan(200));
        assertThat(good.exitCode()).isZero();
        assertThat(good.out()).contains(GOOD).doesNotContain(BAD);
        assertThat(json.json().path("days")).hasSize(2);
        assertThat(json.json()
                        .path("days")
                        .path(1)
                        .path("failure")
                        .path("object")
                        .asText())
                .contains("part-0.parquet");
    }

    @Test
    @Order(1)
    void daysAreListedWithWhatBecameOfThemAndHowLongTheyTook() throws Exception {
        Said all = run("days");
        Said failed = run("days", "--state", "failed", "--json");

        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out())
                .containsPattern("(?m)^trades +2024-01-04 +published +600 +\\d +[0-9.]+ s +20..-..-.. ..:..:..Z")
                .endsWith("2 days\n");
        assertThat(failed.json()).hasSize(1);
        assertThat(failed.json().path(0).path("day").path("date").asText()).isEqualTo(BAD);
    }

    @Test
    @Order(1)
    void aDayHasATimelineItsSlowestChunksItsLargestBatchesAndItsWorkers() throws Exception {
        Said text = run("day", GOOD);
        Said json = run("day", "trades/" + GOOD, "--json");
        Said failed = run("day", BAD);
        Said unknown = run("day", "2024-02-29");

        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out())
                .contains(
                        "trades/2024-01-04  published  plan ",
                        "600 = 600 routed + 0 filtered + 0 outside the universe",
                        "planned: 3 chunks",
                        "all 3 chunks staged",
                        "rows add up; batches given out",
                        "written and proven",
                        "slowest chunk",
                        "largest batch",
                        "last heard of");
        JsonNode tasks = json.json().path("tasks");
        assertThat(tasks.path("slowestChunks")).hasSize(3).allSatisfy(chunk -> assertThat(
                        chunk.path("tookMillis").asLong())
                .isPositive());
        assertThat(tasks.path("chunks").path("done").asInt()).isEqualTo(3);
        assertThat(tasks.path("largestBatches").path(0).path("rows").asLong()).isPositive();
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("reason", "part-0.parquet");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("tickshred: no day 2024-02-29 is known to the fleet; './tickshred days --bootstrap "
                        + fleet.orElseThrow().bootstrapServers() + "' lists those that are\n");
    }

    @Test
    @Order(1)
    void lagShowsEveryQueueWithItsWorkers() throws Exception {
        Await.until(
                "nothing waits",
                () -> run("lag", "--json").out().replace(" ", "").split("\"(backlog|records)\":0").length == 9,
                () -> run("lag").out());

        Said text = run("lag");
        JsonNode json = run("lag", "--json").json();

        assertThat(text.out())
                .containsPattern("(?m)^chunk-tasks +0 +0 +- +2 +worker ×2$")
                .containsPattern("(?m)^batch-tasks +0 +0 +- +2 +finalizer ×2$");
        assertThat(text.out())
                .containsPattern("(?m)^ledger +chunk-results +0 +-$")
                .containsPattern("(?m)^batch-ledger +batch-results +0 +-$");
        assertThat(json.path("queues")).hasSize(2);
        assertThat(json.at("/coordinators/3/coordinator").asText()).isEqualTo("ledger");
        assertThat(json.at("/coordinators/3/records").asLong(-1)).isZero();
        assertThat(json.path("queues")
                        .path(0)
                        .path("workers")
                        .path(0)
                        .path("slots")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    @Order(2)
    void deadLettersAreListedWithTheirReasons() throws Exception {
        try (Publisher publisher = fleet.orElseThrow().transport().publisher()) {
            publisher.publish(List.of(Outgoing.of(
                    Topic.CHUNK_TASKS, "x/0", "{\"type\": \"nonsense\"}".getBytes(StandardCharsets.UTF_8))));
        }
        Await.until("it is dead", () -> run("dead-letters").out().contains("chunk-tasks"), () -> run("dead-letters")
                .out());

        Said text = run("dead-letters");
        Said last = run("dead-letters", "--last", "1");
        JsonNode ofDataset = run("dead-letters", "--json", "--since", "1h", "--dataset", "trades")
                .json();

        assertThat(text.exitCode()).isZero();
        assertThat(text.out())
                .containsPattern("(?m)^20..-..-.. ..:..:..Z +plan-requests +trades/2024-01-05 +trades/2024-01-05$")
                .containsPattern(
                        "(?m)^ {4}object trades/date=2024-01-05/mic=XNAS/part-0.parquet .* does not end in PAR1")
                .containsPattern("(?m)^20..-..-.. ..:..:..Z +chunk-tasks +- +x/0$")
                .contains("    unknown message type: nonsense")
                .endsWith("2 dead letters\n");
        assertThat(last.out())
                .doesNotContain("PAR1")
                .endsWith("1 dead letter; 1 older not shown, --last N shows more\n");
        assertThat(ofDataset).hasSize(1);
        assertThat(ofDataset.path(0).path("message").asText()).contains("plan-request");
        assertThat(run("dead-letters", "--dataset", "nowhere").out()).isEqualTo("no dead letters\n");
    }

    @Test
    @Order(3)
    void retryAsksAgainForFailedDaysOnlyAndLeavesTheOthersAlone() throws Exception {
        Said nothing = run("retry", GOOD);
        Said inMode = run("retry", BAD, "--mode", "naive", "--wait");
        Files.delete(directory.resolve("input/trades/date=" + BAD + "/mic=XNAS/part-0.parquet"));
        write(BAD, 0);
        Said again = run("retry", GOOD + ".." + BAD, "--wait");
        Said after = run("retry", GOOD + ".." + BAD, "--json");

        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err())
                .isEqualTo("tickshred: none of these days has failed: trades/2024-01-04 is published; './tickshred plan"
                        + " DATE --force --bootstrap " + fleet.orElseThrow().bootstrapServers()
                        + "' runs a day again whatever became of it\n");
        assertThat(inMode.exitCode()).as("still broken").isEqualTo(1);
        assertThat(run("status", BAD, "--json").json().at("/days/0/mode/mode").asText())
                .as("run in the mode that it was asked for last, not the dataset's")
                .isEqualTo("NAIVE");
        assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).contains(BAD + "  published").doesNotContain(GOOD);
        assertThat(after.exitCode()).isEqualTo(1);
        assertThat(after.json())
                .allSatisfy(day -> assertThat(day.path("asked").asBoolean()).isFalse());
    }

    @Test
    @Order(4)
    void aPublishedRangeIsVerifiedAtOnce() {
        Said said = verify("trades/2024-01-03.." + BAD);

        assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
        assertThat(said.out())
                .contains("no day    trades/2024-01-03 is not published", "sound     trades/2024-01-04")
                .endsWith("2 of 2 days sound, 1 not published\n");
    }

    private Said verify(String days) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Tickshred.run(
                Stream.of(
                                "verify",
                                days,
                                "--output",
                                directory.resolve("out").toString(),
                                "--work-dir",
                                directory.resolve("work").toString())
                        .toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    @Order(6)
    void aDayIsRunInTheModeThatItIsAskedForIn() throws Exception {
        Said said = run("plan", GOOD, "--mode", "naive", "--force", "--wait");

        assertThat(said.exitCode()).as(said.out() + said.err()).isZero();
        JsonNode day = run("status", GOOD, "--json").json().at("/days/0");
        assertThat(day.path("state").asText()).isEqualTo("PUBLISHED");
        assertThat(day.at("/mode/mode").asText()).isEqualTo("NAIVE");
        assertThat(day.path("chunks").asInt()).isZero();
    }

    @Test
    @Order(7)
    void aPublishedDayOutlivesAForcedRunThatFails() throws Exception {
        Said forced = run("plan", GOOD, "--force", "--exclude", "nope", "--wait");
        Said failed = run("days", "--json", "--state", "failed");
        Said plain = run("plan", GOOD, "--wait");
        Said again = run("plan", GOOD, "--force", "--exclude", "nope", "--wait");
        Said retried = run("retry", GOOD, "--wait");
        Said healed = run("plan", GOOD, "--wait");

        assertThat(forced.exitCode()).isEqualTo(1);
        assertThat(forced.out()).contains("exclude names 1 key that is no object", "still stands: ");
        assertThat(failed.json().at("/0/manifest").asText()).endsWith("manifest.json");
        assertThat(plain.exitCode()).as(plain.out() + plain.err()).isZero();
        assertThat(plain.out()).contains(GOOD + "  published", "published before by plan ", "; force runs it again");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(retried.exitCode()).as("it was run, as it was asked for").isEqualTo(1);
        assertThat(retried.out()).contains("exclude names 1 key that is no object");
        assertThat(healed.exitCode()).as(healed.out() + healed.err()).isZero();
        assertThat(run("days", GOOD, "--json").json().at("/0/state").asText()).isEqualTo("PUBLISHED");
    }

    /** Of a process that is planner, worker and finalizer at once, whose clients count together. */
    @Test
    @Order(8)
    void whatTheClientsOfAllPartsCountIsExported() {
        Set<String> clients = registry.find("kafka.producer.record.send").functionCounters().stream()
                .filter(counter -> counter.count() > 0)
                .map(counter -> String.valueOf(counter.getId().getTag("client")))
                .collect(Collectors.toSet());

        assertThat(clients).contains("publisher", "ledger", "batch-ledger");
        assertThat(registry.find("kafka.consumer.fetch.manager.records.consumed")
                        .functionCounters())
                .anyMatch(counter -> "view".equals(counter.getId().getTag("client")) && counter.count() > 0);
    }
}
