package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.MessageCodec;
import io.tickshred.model.AggregateManifest;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of a range that is run become one object each, equal to what DuckDB makes of the daily objects. */
class AggregateIT {
    /** A Thursday. */
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 4);

    @TempDir
    Path directory;

    private String out = "";

    private void day(int day) throws Exception {
        Path file = directory.resolve("input/trades/date=" + FIRST.plusDays(day) + "/mic=XNAS/part-0.parquet");
        Files.createDirectories(file.getParent());
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT (hash(i) % 17)::BIGINT AS ListingId, TIMESTAMP_NS '" + FIRST.plusDays(day)
                    + " 10:00:00' + INTERVAL (i) SECOND AS TradeTimestampNanoseconds, i AS SeqNo,"
                    + " 10 + (i % 7) * 0.25 AS Price, (i % 5) * 100.0 AS Size FROM range(2000) t(i)) TO '" + file
                    + "' (FORMAT parquet)");
        }
    }

    private int run(String... more) throws Exception {
        return runDates(FIRST + ".." + FIRST.plusDays(4), more);
    }

    private int runDates(String dates, String... more) throws Exception {
        Path dataset = Files.writeString(
                directory.resolve("trades.yaml"),
                "name: trades\ninput: input\noutput: out\ntables:\n  - name: trades\n    maxRows: 500\n"
                        + "metrics:\n  - trades-bars\n");
        java.util.List<String> arguments = new java.util.ArrayList<>(List.of(
                "run",
                "--dataset",
                dataset.toString(),
                "--dates",
                dates,
                "--work-dir",
                directory.resolve("work").toString()));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int exitCode = Tickshred.run(
                arguments.toArray(String[]::new),
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                new PrintStream(bytes, true, StandardCharsets.UTF_8));
        out = bytes.toString(StandardCharsets.UTF_8);
        return exitCode;
    }

    private AggregateManifest manifest() throws Exception {
        return MessageCodec.newMapper()
                .readValue(
                        Files.readAllBytes(
                                directory.resolve("out/trades/metrics/trades-bars/2024-01-04_2024-01-08.json")),
                        AggregateManifest.class);
    }

    @Test
    void aRangesMetricsAreOneSortedObjectEqualToTheDailyOnesAndFollowTheDaysThatAreRunAgain() throws Exception {
        day(0);
        day(1);

        assertThat(run("--on-failed-day", "continue")).as(out).isEqualTo(1);
        assertThat(out).contains("metrics are not aggregated, because not every day is there");
        assertThat(run("--on-failed-day", "continue", "--on-missing-day", "list"))
                .as(out)
                .isEqualTo(1);
        assertThat(manifest().days()).hasSize(2);
        assertThat(manifest().missing()).singleElement().satisfies(day -> assertThat(day.date())
                .isEqualTo(FIRST.plusDays(4)));
        assertThat(manifest().skipped()).hasSize(2);

        day(4);
        assertThat(run()).as(out).isZero();

        AggregateManifest manifest = manifest();
        assertThat(out)
                .contains("metric trades-bars: ")
                .contains(" rows of 3 days, manifest ")
                .contains("2024-01-04_2024-01-08.json");
        assertThat(manifest.missing()).isEmpty();
        assertThat(manifest.days()).hasSize(3);
        Path root = directory.resolve("out");
        try (Oracle oracle = new Oracle()) {
            String daily = "read_parquet('" + root + "/trades/2024-*/*/batch-metrics-trades-bars-*.parquet')";
            List<List<String>> rows = oracle.rows("SELECT * FROM read_parquet('" + root.resolve(manifest.key()) + "')");
            assertThat(rows).isNotEmpty().isEqualTo(oracle.rows("SELECT * FROM " + daily + " ORDER BY ALL"));
            assertThat(manifest.proof().rows()).isEqualTo(rows.size());
        }
        try (java.util.stream.Stream<Path> files = Files.list(root.resolve("trades/metrics/trades-bars"))) {
            assertThat(files).as("what was replaced is gone").hasSize(2);
        }

        assertThat(runDates(FIRST + "," + FIRST.plusDays(4))).as(out).isZero();
        assertThat(out).contains("metrics are not aggregated, because there are days between those asked for");
        assertThat(manifest()).isEqualTo(manifest);
        assertThat(root.resolve(manifest.key())).exists();
    }
}
