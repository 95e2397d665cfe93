package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.RunMode;
import io.tickshred.testkit.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real trades through {@code tickshred run}, and the output read by plain DuckDB against answers that were computed by
 * other means. The same days must give the same bytes however they were cut and however many workers shared them.
 */
class ExpectedAnswersIT {
    @TempDir
    Path directory;

    private Path run(String name, Path input, String dates, String... more) {
        Path output = directory.resolve(name);
        List<String> arguments = new ArrayList<>(
                List.of("run", "--input", input.toString(), "--dates", dates, "--output", output.toString()));
        arguments.addAll(List.of(more));
        assertThat(Tickshred.run(arguments.toArray(String[]::new), System.out, System.err))
                .as("exit code")
                .isZero();
        return output;
    }

    /** Rows of the expected answers that the output does not give exactly, or that only one side has. */
    private static List<String> differences(Path output, Path expected) throws SQLException {
        String sql = """
                WITH found AS (
                    SELECT CAST(TradeTimestampNanoseconds AS DATE) AS date, MIC, ListingId, any_value(Ticker) AS Ticker,
                        count(*) AS "rows", sum(Size) AS sum_size, sum(Price * Size) AS notional,
                        arg_min(Price, (TradeTimestampNanoseconds, SeqNo)) AS first_price,
                        arg_max(Price, (TradeTimestampNanoseconds, SeqNo)) AS last_price,
                        min(Price) AS min_price, max(Price) AS max_price,
                        epoch_ns(min(TradeTimestampNanoseconds)) AS min_ts_ns,
                        epoch_ns(max(TradeTimestampNanoseconds)) AS max_ts_ns,
                        count(*) FILTER (Size = 0) AS zero_size_rows
                    FROM read_parquet('%s/**/batch-trades-*.parquet') GROUP BY ALL),
                expected AS (FROM read_csv('%s'))
                SELECT coalesce(e.date, f.date) || ' ' || coalesce(e.MIC, f.MIC) || ' '
                    || coalesce(e.ListingId, f.ListingId) || ': expected ' || e::VARCHAR || ' found ' || f::VARCHAR
                FROM expected e FULL JOIN found f USING (date, ListingId)
                WHERE e.ListingId IS NULL OR f.ListingId IS NULL
                    OR e.MIC <> f.MIC OR e.Ticker <> f.Ticker OR e."rows" <> f."rows"
                    OR abs(e.sum_size - f.sum_size) > 1e-9 * e.sum_size
                    OR abs(e.notional - f.notional) > 1e-9 * e.notional
                    OR abs(e.vwap - f.notional / f.sum_size) > 1e-9 * e.vwap
                    OR e.first_price <> f.first_price OR e.last_price <> f.last_price
                    OR e.min_price <> f.min_price OR e.max_price <> f.max_price
                    OR e.min_ts_ns <> f.min_ts_ns OR e.max_ts_ns <> f.max_ts_ns
                    OR e.zero_size_rows <> f.zero_size_rows
                """.formatted(output, expected);
        List<String> differences = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                differences.add(result.getString(1));
            }
        }
        return differences;
    }

    private static long count(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** SHA-256 of each batch, by date and name; plans differ from run to run, batches must not. */
    private static Map<String, String> checksums(Path output) throws Exception {
        Map<String, String> checksums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("batch-"))
                    .toList()) {
                String date = file.getParent().getParent().getFileName().toString();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                checksums.put(date + "/" + file.getFileName(), HexFormat.of().formatHex(digest));
            }
        }
        return checksums;
    }

    /**
     * A day goes as the command line and its size say: without a word on chunks or modes, small days are read at once.
     */
    private static void assertMode(Path output, String dates, RunMode mode) throws IOException {
        for (String date : dates.split("\\.\\.")) {
            assertThat(output.resolve("trades/" + date + "/manifest.json"))
                    .content()
                    .contains("\"mode\" : \"" + mode + "\"");
        }
    }

    private static void assertOnlyPublishedObjectsAreLeft(Path output) throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(f -> !f.endsWith(".tickshred-tmp/lock"))
                            .map(f -> f.getFileName().toString()))
                    .allMatch(name -> name.equals("manifest.json")
                            || name.matches("batch-trades-\\d+\\.parquet")
                            || name.matches("listings-\\d+\\.parquet"));
        }
    }

    @Test
    void usEquitiesGiveTheReferenceAnswersForEveryListingOfBothDays() throws Exception {
        Path input = SharedData.require("us_equity");
        Path output = run("us", input, "2013-10-07..2013-10-08");

        assertThat(differences(output, input.resolve("expected_by_listing.csv")))
                .isEmpty();
        assertThat(count("SELECT count(DISTINCT ListingId) FROM read_csv('" + input.resolve("expected_by_listing.csv")
                        + "')"))
                .isGreaterThan(40);
        assertOnlyPublishedObjectsAreLeft(output);
    }

    @Test
    void theSameDaysGiveTheSameBytesHoweverTheyAreCutAndShared() throws Exception {
        Path input = SharedData.require("us_equity");
        String dates = "2013-10-07..2013-10-08";
        Path whole = run("one", input, dates, "--workers", "1", "--max-rows", "100000", "--mode", "shred");
        assertMode(whole, dates, RunMode.SHRED);
        Map<String, String> expected = checksums(whole);
        assertThat(expected).hasSizeGreaterThan(8);

        assertThat(checksums(run("two", input, dates, "--workers", "2", "--max-rows", "100000", "--chunk-bytes", "1")))
                .as("two workers, a chunk for each object or row group")
                .isEqualTo(expected);
        assertThat(checksums(
                        run("four", input, dates, "--workers", "4", "--max-rows", "100000", "--chunk-bytes", "1GiB")))
                .as("four workers, all objects in one chunk")
                .isEqualTo(expected);
        assertThat(checksums(run("hive", input, dates, "--max-rows", "100000", "--layout", "partitioned")))
                .as("staged as one object a batch")
                .isEqualTo(expected);
        Path read = run("read", input, dates, "--max-rows", "100000");
        assertMode(read, dates, RunMode.NAIVE);
        assertThat(checksums(read)).as("read straight from the sources").isEqualTo(expected);
    }

    @Test
    void bitstampTradesOfAWeekGiveTheReferenceAnswers() throws Exception {
        Path input = SharedData.require("bitstamp");
        Path output = run("bitstamp", input, "2013-11-25..2013-12-01");

        assertMode(output, "2013-11-25..2013-12-01", RunMode.NAIVE);
        assertThat(differences(output, input.resolve("expected_by_listing.csv")))
                .isEmpty();
        assertThat(count("SELECT count(*) FROM read_parquet('" + output + "/**/batch-trades-*.parquet')"))
                .isEqualTo(100_000);
        Path cut = run("bitstamp-cut", input, "2013-11-25..2013-12-01", "--workers", "4", "--chunk-bytes", "1");
        assertMode(cut, "2013-11-25..2013-12-01", RunMode.SHRED);
        assertThat(checksums(cut))
                .as("four workers, a chunk for each object or row group")
                .hasSize(7)
                .isEqualTo(checksums(output));
        Path naive = run("bitstamp-naive", input, "2013-11-25..2013-12-01", "--mode", "naive");
        assertThat(checksums(naive)).as("read straight from the sources").isEqualTo(checksums(output));
        assertThat(naive.resolve("trades/2013-11-25/manifest.json"))
                .content()
                .contains("\"mode\" : \"NAIVE\"")
                .contains("as asked");
    }
}
