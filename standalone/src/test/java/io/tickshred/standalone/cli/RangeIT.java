package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeState;
import io.tickshred.standalone.LocalFleet;
import io.tickshred.standalone.LocalFleetSettings;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges through the command line and through a fleet that is stopped and started again in the middle. */
class RangeIT {
    /** A Thursday. */
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 4);

    @TempDir
    Path directory;

    private Path input;

    @BeforeEach
    void makeInput() throws Exception {
        input = Files.createDirectories(directory.resolve("input"));
    }

    private Path day(int day) throws Exception {
        Path file = input.resolve("trades/date=" + FIRST.plusDays(day) + "/mic=XNAS/part-0.parquet");
        Files.createDirectories(file.getParent());
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT (i % 7)::BIGINT AS ListingId, TIMESTAMP_NS '" + FIRST.plusDays(day)
                    + " 10:00:00' AS TradeTimestampNanoseconds, i AS SeqNo, i * 1.5 AS Price FROM range(1000) t(i)) TO '"
                    + file + "' (FORMAT parquet)");
        }
        return file;
    }

    /** What a command said and how it ended. */
    private record Said(int exitCode, String out, String err) {}

    private Said run(int last, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--input",
                input.toString(),
                "--dates",
                last == 0 ? FIRST.toString() : FIRST + ".." + FIRST.plusDays(last),
                "--output",
                directory.resolve("out").toString(),
                "--work-dir",
                directory.resolve("work").toString()));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Tickshred.run(
                arguments.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static void assertLine(Said said, int day, String pattern) {
        assertThat(said.out()).containsPattern("(?m)^" + FIRST.plusDays(day) + " +" + pattern);
    }

    @Test
    void weekendsWithoutObjectsAndHolidaysAreLeftOutAndASecondRunFindsAllPublished() throws Exception {
        for (int day : new int[] {0, 1, 3, 4}) {
            day(day); // the Saturday has none, the Sunday has some
        }
        Path holidays = Files.writeString(directory.resolve("holidays.csv"), "date,name\n2024-01-05,Epiphany\n");

        Said first = run(4, "--holidays", holidays.toString());
        Said second = run(4, "--holidays", holidays.toString());

        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertLine(first, 0, "published +1,000 ");
        assertLine(first, 1, "skipped .*holiday");
        assertLine(first, 2, "skipped .*weekend, no objects");
        assertLine(first, 3, "published +1,000 ");
        assertLine(first, 4, "published +1,000 ");
        assertThat(first.out())
                .contains("range trades/2024-01-04..2024-01-08 done: 3 published, 2 skipped")
                .contains("output    " + directory.resolve("out"))
                .contains("verify    ./tickshred verify trades/2024-01-04..2024-01-08 --output "
                        + directory.resolve("out"));
        assertThat(second.out()).contains("done: 0 published, 3 already published, 2 skipped");
        assertThat(second.exitCode()).isZero();
        assertLine(second, 0, "published .*already published");
        assertLine(second, 4, "published .*already published");
    }

    @Test
    void daysThatWerePublishedFromAnotherInputAreNoResultOfThisRun() throws Exception {
        day(0);
        Said first = run(0);
        Path before = input;
        Path link = Files.createSymbolicLink(directory.resolve("link"), before);
        input = link;
        Said same = run(0, "--chunk-bytes", "1MiB");
        input = Files.createDirectories(directory.resolve("other"));
        day(0);
        day(1);
        Said single = run(0);
        Said range = run(1);

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).doesNotContain("published before");
        assertThat(same.exitCode()).as(same.err()).isZero();
        assertThat(same.out())
                .containsPattern(
                        "(?m)^trades/2024-01-04: published before, by plan \\S+, and not run now; --force runs")
                .contains("proof ");
        String other = "was published before by another definition of the dataset (or from another input); run it again"
                + " with --force, or name another --output";
        assertThat(single.exitCode()).isEqualTo(1);
        assertThat(single.err().strip()).isEqualTo("tickshred: trades/2024-01-04 " + other);
        assertThat(single.out()).doesNotContain("1,000").doesNotContain("proof").doesNotContain("verify");
        assertThat(range.exitCode()).isEqualTo(1);
        assertLine(range, 0, "not run +- +- +" + Pattern.quote(other));
        assertLine(range, 1, "published +1,000 ");
        assertThat(range.out())
                .contains("done: 1 published, 1 published before as something else")
                .doesNotContain("already published");
    }

    @Test
    void aFailedDayStopsTheRangeOrIsPassedByAndTheNextRunGoesOnWithIt() throws Exception {
        day(0);
        Path bad = day(1);
        day(4);
        Files.writeString(bad, "this is no Parquet file");

        Said stopped = run(4);
        Said passed = run(4, "--on-failed-day", "continue");
        day(1);
        Said repaired = run(4, "--days-at-once", "3");

        assertThat(stopped.exitCode()).isEqualTo(1);
        assertLine(stopped, 0, "published +1,000 ");
        assertLine(stopped, 1, "failed .*part-0.parquet");
        assertLine(stopped, 4, "not run");
        assertThat(stopped.out()).contains("1 published, 1 failed, 3 not run; it stopped at the failed day");
        assertThat(passed.exitCode()).isEqualTo(1);
        assertLine(passed, 0, "published .*already published");
        assertLine(passed, 1, "failed .*part-0.parquet");
        assertLine(passed, 4, "published +1,000 ");
        assertThat(passed.out())
                .contains("1 published, 1 already published, 2 skipped, 1 failed; it went on past the failed days");
        assertThat(repaired.exitCode()).as(repaired.out() + repaired.err()).isZero();
        assertLine(repaired, 1, "published +1,000 ");
        assertLine(repaired, 4, "published .*already published");
    }

    @Test
    void aDayWithoutObjectsAndOneWithoutItsOrderColumnFailWithOneLineEachAndEmptyDaysMayBeLeftOut() throws Exception {
        day(0);
        Path unordered = day(2);
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT 1::BIGINT AS ListingId, TIMESTAMP_NS '2024-01-06 10:00:00' AS"
                    + " TradeTimestampNanoseconds, 1.5 AS Price) TO '" + unordered + "' (FORMAT parquet)");
        }

        Said failed = run(2, "--on-failed-day", "continue");
        Said skipped = run(1, "--on-empty-day", "skip");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertLine(failed, 1, "failed .*no object of table trades on 2024-01-05 in .*looked for.*check the date");
        assertLine(failed, 2, "failed .*no order column SeqNo.*part-0.parquet");
        assertThat(skipped.exitCode()).isZero();
        assertLine(skipped, 1, "skipped .*no objects");
    }

    @Test
    void aHolidayFileThatDoesNotParseIsOneLineWithFileAndLine() throws Exception {
        Path holidays = Files.writeString(directory.resolve("holidays.txt"), "2024-01-05\n5.1.2024\n");
        Path dataset = Files.writeString(
                directory.resolve("trades.yaml"),
                "name: trades\ninput: input\noutput: out\ncalendar:\n  weekends: skip\n  holidays: holidays.txt\n"
                        + "tables:\n  - name: trades\n");

        Said given = run(4, "--holidays", holidays.toString());
        Said configured = run(4, "--dataset", dataset.toString());

        assertThat(given.exitCode()).isEqualTo(1);
        assertThat(given.err().strip().lines())
                .containsExactly("tickshred: " + holidays
                        + ":2: not a date: '5.1.2024' in '5.1.2024'; write dates such as" + " 2024-12-25");
        assertThat(configured.exitCode()).isEqualTo(1);
        assertThat(configured.out())
                .contains("range trades/2024-01-04..2024-01-08 failed: 5 not run: " + holidays
                        + ":2: not a date: '5.1.2024'");
    }

    private final AtomicReference<Optional<RangeStatus>> status = new AtomicReference<>(Optional.empty());
    private final List<LocalDate> planned = Collections.synchronizedList(new ArrayList<>());

    private void hear(Incoming record) {
        try {
            if (new MessageCodec().decode(record.value().orElseThrow()) instanceof RangeStatus heard) {
                status.set(Optional.of(heard));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void await(String what, java.util.function.Predicate<RangeStatus> condition) throws InterruptedException {
        Await.until(what, () -> status.get().filter(condition).isPresent(), status::get);
    }

    @Test
    void aFleetThatIsStoppedInTheMiddleGoesOnWithTheFirstUnfinishedDayAndRunsNoneTwice() throws Exception {
        for (int day = 0; day < 5; day++) {
            day(day);
        }
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                "trades",
                "name: trades\ninput: " + input + "\noutput: " + directory.resolve("out")
                        + "\ntables:\n  - name: trades\n")));
        LocalFleetSettings settings = new LocalFleetSettings(
                directory.resolve("fleet"),
                0,
                1,
                DuckDbEngines.one(new MemoryBudget(256L << 20, 1)),
                S3Configuration.aws());
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String byHand = "{\"dataset\": \"trades\", \"from\": \"2024-01-04\", \"to\": \"2024-01-08\"}";

        try (LocalFleet fleet = LocalFleet.start(datasets, settings, registry);
                Publisher publisher = fleet.transport().publisher()) {
            fleet.transport().view(Topic.RANGE_STATUS, this::hear);
            publisher.publish(List.of(Outgoing.of(Topic.PLAN_REQUESTS, "", byHand.getBytes(StandardCharsets.UTF_8))));
            await("the second day runs", range -> range.published() >= 1 && range.running() == 1);
        }
        int before = status.get().orElseThrow().published();
        assertThat(before).isBetween(1, 4);

        try (LocalFleet fleet = LocalFleet.start(datasets, settings, registry);
                UpServer http = UpServer.start(fleet, registry, 0, 0)) {
            fleet.transport().view(Topic.RANGE_STATUS, this::hear);
            await("the range ends", range -> range.state().ended());
            fleet.transport().view(Topic.CHUNK_RESULTS, this::count).awaitCaughtUp(java.time.Duration.ofSeconds(30));
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + http.ports().get(0) + "/ranges/trades/2024-01-04..2024-01-08"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("\"state\":\"DONE\"").contains("\"published\":5");
        }

        RangeStatus end = status.get().orElseThrow();
        assertThat(end.state()).isEqualTo(RangeState.DONE);
        assertThat(end.days()).extracting(RangeDay::state).containsOnly(RangeDay.State.PUBLISHED);
        assertThat(planned).as("one plan for each day").hasSize(5).doesNotHaveDuplicates();
    }

    private void count(Incoming record) {
        try {
            if (new MessageCodec().decode(record.value().orElseThrow()) instanceof PlanOpened opened) {
                planned.add(opened.header().day().date());
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
