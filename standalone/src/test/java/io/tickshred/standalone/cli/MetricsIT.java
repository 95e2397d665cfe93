package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.testkit.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

/** Metrics of real trades through the whole fleet, against answers that were computed by other means. */
class MetricsIT {
    private static final String TWO_DAYS = "2013-10-07..2013-10-08";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int tickshred(String... arguments) {
        out.reset();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Tickshred.run(arguments, stream, stream);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int run(String name, Path input, String dates, String metrics, String... more) throws IOException {
        Path dataset = Files.writeString(
                directory.resolve(name + ".yaml"), """
                name: trades
                input: %s
                output: %s
                tables:
                  - name: trades
                metrics:
                %s
                """.formatted(input, directory.resolve(name), metrics.indent(2)));
        List<String> arguments =
                new ArrayList<>(List.of("run", "--dataset", dataset.toString(), "--dates", dates, "--work-dir"));
        arguments.add(directory.resolve("work-" + name).toString());
        arguments.addAll(List.of(more));
        return tickshred(arguments.toArray(String[]::new));
    }

    private static List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private String bars(String name) {
        return "read_parquet('" + directory.resolve(name) + "/**/batch-metrics-trades-bars-*.parquet')";
    }

    /** Listings of days whose daily bar is not the expected answer, or that only one side has. */
    private List<String> differences(String name, Path expected) throws SQLException {
        return query("""
                SELECT coalesce(e.date, f.Date) || ' ' || coalesce(e.ListingId, f.ListingId) || ': expected '
                    || e::VARCHAR || ' found ' || f::VARCHAR
                FROM read_csv('%s') AS e
                FULL JOIN (FROM %s WHERE BucketWidth = '1d' AND Side = 'all' AND Class = 'all') AS f
                    ON f.Date = e.date AND f.ListingId = e.ListingId
                WHERE e.ListingId IS NULL OR f.ListingId IS NULL
                    OR e."rows" IS DISTINCT FROM f.Trades OR f.InvalidRows <> 0
                    OR NOT coalesce(abs(e.sum_size - f.Volume) <= 1e-12 * e.sum_size, false)
                    OR NOT coalesce(abs(e.notional - f.Notional) <= 1e-12 * e.notional, false)
                    OR NOT coalesce(abs(e.vwap - f.Vwap) <= 1e-12 * e.vwap, false)
                    OR e.first_price IS DISTINCT FROM f.Open OR e.last_price IS DISTINCT FROM f.Close
                    OR e.min_price IS DISTINCT FROM f.Low OR e.max_price IS DISTINCT FROM f.High
                """.formatted(expected, bars(name)));
    }

    private JsonNode manifest(String name, String date) throws IOException {
        return new JsonMapper()
                .readTree(directory
                        .resolve(name)
                        .resolve("trades/" + date + "/manifest.json")
                        .toFile());
    }

    private Map<String, String> checksums(String name) throws Exception {
        Map<String, String> checksums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory.resolve(name))) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("batch-metrics-"))
                    .toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                checksums.put(
                        file.getParent().getParent().getFileName() + "/" + file.getFileName(),
                        HexFormat.of().formatHex(digest));
            }
        }
        return checksums;
    }

    @Test
    void dailyBarsOfUsEquitiesAreTheReferenceAnswersForEveryListingOfBothDays() throws Exception {
        Path input = SharedData.require("us_equity");

        int code = run("us", input, TWO_DAYS, "- {use: trades-bars, buckets: [1d, 1m]}", "--max-rows", "100000");

        assertThat(code).as(said()).isZero();
        assertThat(differences("us", input.resolve("expected_by_listing.csv"))).isEmpty();
        assertThat(query("SELECT count(*) FROM " + bars("us") + " WHERE BucketWidth = '1d'"))
                .isEqualTo(query("SELECT count(*) FROM read_csv('" + input.resolve("expected_by_listing.csv") + "')"));
        assertThat(query("""
                        SELECT ListingId FROM %s WHERE Side = 'all' GROUP BY ListingId, Date
                        HAVING sum(Trades) FILTER (BucketWidth = '1m') IS DISTINCT FROM sum(Trades) FILTER (BucketWidth = '1d')
                            OR max(High) FILTER (BucketWidth = '1m') IS DISTINCT FROM max(High) FILTER (BucketWidth = '1d')
                        """.formatted(bars("us"))))
                .as("listings whose minutes are not their day")
                .isEmpty();
        assertThat(manifest("us", "2013-10-07").at("/metrics/0/state").asText()).isEqualTo("DONE");
        assertThat(tickshred(
                        "verify",
                        directory.resolve("us/trades/2013-10-07/manifest.json").toString()))
                .as(said())
                .isZero();
        Path object;
        try (Stream<Path> files = Files.walk(directory.resolve("us/trades/2013-10-07"))) {
            object = files.filter(f -> f.getFileName().toString().equals("batch-metrics-trades-bars-0.parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] damaged = Files.readAllBytes(object);
        damaged[damaged.length / 2] ^= 1;
        Files.write(object, damaged);
        assertThat(tickshred(
                        "verify",
                        directory.resolve("us/trades/2013-10-07/manifest.json").toString()))
                .isNotZero();
        assertThat(said()).contains("batch-metrics-trades-bars-0.parquet").contains("SHA-256");
    }

    @Test
    void theSameDaysGiveTheSameBytesOfMetricsHoweverManyWorkersShareThem() throws Exception {
        Path input = SharedData.require("us_equity");
        String metric = "- {use: trades-bars, buckets: [1d, 1h]}";

        assertThat(run("one", input, TWO_DAYS, metric, "--workers", "1", "--max-rows", "100000"))
                .isZero();
        assertThat(run("two", input, TWO_DAYS, metric, "--workers", "3", "--max-rows", "100000", "--chunk-bytes", "1"))
                .isZero();

        assertThat(checksums("one")).hasSizeGreaterThan(4).isEqualTo(checksums("two"));
    }

    @Test
    void dailyBarsOfAWeekOfBitcoinAreTheReferenceAnswers() throws Exception {
        Path input = SharedData.require("bitstamp");

        int code = run("bitstamp", input, "2013-11-25..2013-12-01", "- trades-bars");

        assertThat(code).as(said()).isZero();
        assertThat(differences("bitstamp", input.resolve("expected_by_listing.csv")))
                .isEmpty();
    }

    @Test
    void aMetricWithAnErrorIsSaidByFileAndLineAndFailsNothingElse() throws Exception {
        Path input = SharedData.require("bitstamp");
        Files.writeString(directory.resolve("mine.sql"), """
                -- a comment
                SELECT listing,
                    max(Prize) AS Highest
                FROM trades GROUP BY listing
                """);

        int code = run("mixed", input, "2013-11-25", """
                - {name: mine, sql: mine.sql, tables: trades}
                - use: trades-bars
                """);

        assertThat(code).isEqualTo(1);
        assertThat(said().lines().filter(line -> line.contains("mine.sql:3: Binder Error")))
                .singleElement()
                .asString()
                .contains("Prize");
        assertThat(said()).contains("1 of 1 day of trades is published without a metric that failed");
        JsonNode metrics = manifest("mixed", "2013-11-25").path("metrics");
        assertThat(metrics.at("/0/state").asText()).isEqualTo("FAILED");
        assertThat(metrics.at("/0/failure/line").asInt()).isEqualTo(3);
        assertThat(metrics.at("/1/state").asText()).isEqualTo("DONE");
        assertThat(tickshred(
                        "verify",
                        directory
                                .resolve("mixed/trades/2013-11-25/manifest.json")
                                .toString()))
                .as(said())
                .isZero();
    }
}
