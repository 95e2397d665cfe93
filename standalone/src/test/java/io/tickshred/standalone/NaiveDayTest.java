package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.RunMode;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.transport.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Days in the naive mode beside the same days shredded: the same bytes, the same tallies, and the same failures. */
class NaiveDayTest {
    private static final LocalDate DATE = LocalDate.of(2024, 1, 2);

    @TempDir
    Path home;

    private Path input() {
        return home.resolve("in");
    }

    private void put(String key, String sql) throws Exception {
        Path file = input().resolve(key);
        Files.createDirectories(file.getParent());
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (" + sql + ") TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
    }

    /** Rows sorted by listing, 600 for each, with ties in time, nulls, and one listing in a hundred without a name. */
    private static String sorted(int first, int listings) {
        return "SELECT CASE WHEN i % 601 = 7 THEN NULL ELSE (" + first + " + i // 600)::BIGINT END AS ListingId,"
                + " make_timestamp_ns(1704182400000000000 + (hash(i) % 40)::BIGINT * 1000000000) AS Time,"
                + " (hash(i, 'p') % 1000) / 10.0 AS Price, CASE WHEN i % 5 > 0 THEN (hash(i, 's') % 50)::INTEGER END AS Size,"
                + " 'note ' || hash(i) % 9 AS Note, 'never read' || i AS Ballast FROM range(" + listings * 600
                + ") t(i) ORDER BY " + first + " + i // 600, i";
    }

    /** A day of three tables: trades of 40 listings, quotes of ten of them, and books, which has no object. */
    private DatasetFleet sortedDay(String more) throws Exception {
        put("trades/" + DATE + "/a.parquet", sorted(100, 20));
        put("trades/" + DATE + "/b.parquet", sorted(120, 20));
        put("trades/" + DATE + "/c-empty.parquet", sorted(120, 20) + " LIMIT 0");
        put("quotes/" + DATE + "/a.parquet", sorted(100, 10));
        put("listings.parquet", "SELECT (100 + i)::BIGINT AS ListingId FROM range(38) t(i)");
        return fleet("""
                universe: {source: listings.parquet}
                batching: {strategy: contiguous}
                tables:
                  - name: trades
                    source: trades/{date}/*.parquet
                    listing: ListingId
                    order: [Time]
                    timestamp: Time
                    where: Size > 3
                    select:
                      - ListingId
                      - Time
                      - Notional: Price * Size
                      - Word: upper(Note)
                    maxRows: 5000
                  - name: quotes
                    source: quotes/{date}/*.parquet
                    listing: ListingId
                    order: [Time, Price]
                    timestamp: Time
                    maxRows: 5000
                  - name: books
                    source: books/{date}/*.parquet
                    optional: true
                    columns: {ListingId: BIGINT, Time: TIMESTAMP, Level: INTEGER}
                    listing: ListingId
                    order: [Time]
                    timestamp: Time
                """ + more);
    }

    private record DatasetFleet(MemoryFleet fleet, String dataset) implements AutoCloseable {
        DayStatus run(LocalDate date, RunMode mode) throws Exception {
            return fleet.run(
                    PlanRequest.of(dataset, date, true, List.of(), List.of()).in(Optional.of(mode)));
        }

        @Override
        public void close() throws Exception {
            fleet.close();
        }
    }

    private DatasetFleet fleet(String yaml) throws Exception {
        return fleet(input(), yaml);
    }

    private DatasetFleet fleet(Path input, String yaml) throws Exception {
        String text = "name: day\ninput: " + input + "\noutput: " + home.resolve("out") + "\n" + yaml;
        return new DatasetFleet(MemoryFleet.start(home, DatasetFile.parse("day", text), MemoryFaults.none()), "day");
    }

    /** Everything in a manifest that does not name the plan or the mode. */
    private static Map<String, Object> content(Manifest manifest) {
        Map<String, Object> content = new HashMap<>();
        content.put("checksums", MemoryFleet.checksums(manifest));
        content.put("sources", manifest.sources());
        content.put("rows", List.of(manifest.rows(), manifest.routed(), manifest.filtered(), manifest.outside()));
        content.put("tables", manifest.tables());
        content.put("fingerprint", manifest.fingerprint());
        content.put(
                "listings",
                manifest.batches().stream()
                        .map(Manifest.ManifestBatch::listings)
                        .toList());
        return content;
    }

    private static Manifest published(DatasetFleet fleet, LocalDate date, RunMode mode) throws Exception {
        DayStatus last = fleet.run(date, mode);
        assertThat(last.state()).as("%s %s", mode, last.failure()).isEqualTo(DayState.PUBLISHED);
        return fleet.fleet().manifest(new Day(fleet.dataset(), date));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2013-10-07", "2013-10-08"})
    void aRealDayIsTheSameBytesInBothModes(String date) throws Exception {
        try (DatasetFleet fleet = fleet(SharedData.require("us_equity"), """
                naive: {maxReads: 100}
                tables:
                  - name: trades
                    source: date={date}/mic={mic}/*.parquet
                    maxRows: 60000
                """)) {
            Manifest shredded = published(fleet, LocalDate.parse(date), RunMode.SHRED);
            Manifest naive = published(fleet, LocalDate.parse(date), RunMode.NAIVE);

            assertThat(content(naive)).isEqualTo(content(shredded));
            assertThat(MemoryFleet.checksums(naive)).hasSizeGreaterThan(3);
            assertThat(naive.plan()).isNotEqualTo(shredded.plan());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RunMode.class,
            names = {"SHRED", "NAIVE"})
    void rowsWithoutAListingAreToldByTheEndOfTheDayInBothModes(RunMode mode) throws Exception {
        put("trades/" + DATE + "/a.parquet", sorted(100, 2));
        try (DatasetFleet fleet = fleet("""
                tables:
                  - {name: trades, source: "trades/{date}/*.parquet", listing: ListingId, order: [Time], timestamp: Time}
                """)) {
            DayStatus last = fleet.run(DATE, mode);

            assertThat(last.state()).as("%s", last.failure()).isEqualTo(DayState.PUBLISHED);
            assertThat(last.note())
                    .contains("2 rows of trades have no value in ListingId; they count as outside the universe");
            assertThat(fleet.fleet().manifest(new Day("day", DATE)).outside()).isEqualTo(2);
        }
    }

    @Test
    void aSortedDayOfSeveralTablesIsTheSameBytesInBothModesAndSaysWhichRan() throws Exception {
        try (DatasetFleet fleet = sortedDay("")) {
            Manifest shredded = published(fleet, DATE, RunMode.SHRED);
            Manifest naive = published(fleet, DATE, RunMode.NAIVE);
            Manifest again = published(fleet, DATE, RunMode.SHRED);

            assertThat(content(naive)).isEqualTo(content(shredded)).isEqualTo(content(again));
            assertThat(naive.batches()).hasSizeGreaterThan(3);
            assertThat(naive.filtered()).isPositive();
            assertThat(naive.outside()).isGreaterThan(1200);
            assertThat(naive.batches()).as("a batch without a row of quotes").anySatisfy(batch -> assertThat(
                            batch.files().get(1).proof().rows())
                    .isZero());
            ModeChoice mode = naive.figures().flatMap(PlanFigures::mode).orElseThrow();
            assertThat(mode.mode()).isEqualTo(RunMode.NAIVE);
            assertThat(mode.reads().orElseThrow()).isBetween(1.0, 1.5);
            assertThat(mode.reason()).startsWith("as asked").contains("batches read the day 1.");
            assertThat(home.resolve("out/staging")).doesNotExist();
        }
    }

    @Test
    void anUnsortedDayIsRefusedWithTheNumbersAndNothingOfItIsLeft() throws Exception {
        put("trades/" + DATE + "/a.parquet", "FROM (" + sorted(100, 20) + ") ORDER BY hash(Time, Price)");
        try (DatasetFleet fleet = fleet("""
                tables:
                  - name: trades
                    source: trades/{date}/*.parquet
                    listing: ListingId
                    order: [Time]
                    timestamp: Time
                    maxRows: 2000
                """)) {
            DayStatus last = fleet.run(DATE, RunMode.NAIVE);

            assertThat(last.state()).isEqualTo(DayState.FAILED);
            assertThat(last.failure().orElseThrow().reason())
                    .contains("not for mode naive: its 7 batches would read the day 7.00 times")
                    .contains("more than 3")
                    .contains("mode: shred or auto");
            assertThat(fleet.fleet().records(Topic.BATCH_TASKS)).isEmpty();
            assertThat(fleet.fleet().records(Topic.BATCH_RESULTS)).isEmpty();
            assertThat(home.resolve("out/day")).doesNotExist();
            assertThat(fleet.run(DATE, RunMode.AUTO).mode()).hasValueSatisfying(mode -> assertThat(mode.toString())
                    .startsWith("shred, chosen because its 7 batches would read the day 7.00 times"));
        }
    }

    @Test
    void autoRunsASortedDayNaive() throws Exception {
        try (DatasetFleet fleet = sortedDay("mode: shred\nnaive: {autoBytes: 1}\n")) {
            DayStatus last = fleet.run(DATE, RunMode.AUTO);

            assertThat(last.state()).as("%s", last.failure()).isEqualTo(DayState.PUBLISHED);
            assertThat(last.chunks()).isZero();
            assertThat(last.routed() + last.filtered() + last.outside()).isEqualTo(last.rows());
            assertThat(last.mode()).hasValueSatisfying(mode -> {
                assertThat(mode.mode()).isEqualTo(RunMode.NAIVE);
                assertThat(mode.reason()).startsWith("chosen because").endsWith("not more than 3");
            });
        }
    }

    @Test
    void listingsThatNoEstimateNamesAreAdoptedByTheSameBatchesInBothModes() throws Exception {
        put("trades/" + DATE + "/a.parquet", sorted(100, 200));
        try (DatasetFleet fleet = fleet("""
                estimator: {kind: sample, rowGroups: 1}
                naive: {maxReads: 10}
                tables:
                  - name: trades
                    source: trades/{date}/*.parquet
                    listing: ListingId
                    order: [Time]
                    timestamp: Time
                    maxRows: 50000
                """)) {
            Manifest shredded = published(fleet, DATE, RunMode.SHRED);
            Manifest naive = published(fleet, DATE, RunMode.NAIVE);

            assertThat(content(naive)).isEqualTo(content(shredded));
        }
    }

    @Test
    void aDamagedSourceFailsItsDayByName() throws Exception {
        try (DatasetFleet fleet = sortedDay("")) {
            Path file = input().resolve("trades/" + DATE + "/b.parquet");
            damageNotes(file);

            DayStatus last = fleet.run(DATE, RunMode.NAIVE);

            assertThat(last.state()).isEqualTo(DayState.FAILED);
            assertThat(last.failure().orElseThrow().toString())
                    .contains("cannot read")
                    .contains("trades/" + DATE + "/b.parquet");
            assertThat(home.resolve("out/day/" + DATE + "/manifest.json")).doesNotExist();
        }
    }

    /** Fine by its footer and its listings; the pages of a text that planning does not read are not. */
    private static void damageNotes(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        try (Oracle duckdb = new Oracle()) {
            for (List<String> chunk : duckdb.rows(
                    "SELECT coalesce(dictionary_page_offset, data_page_offset), total_compressed_size FROM parquet_metadata('"
                            + file + "') WHERE path_in_schema = 'Note'")) {
                int from = Integer.parseInt(chunk.get(0));
                for (int i = from; i < from + Integer.parseInt(chunk.get(1)); i++) {
                    bytes[i] ^= (byte) 0xff;
                }
            }
        }
        Files.write(file, bytes);
    }
}
