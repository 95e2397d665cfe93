package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.StagedColumns;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.RunSlice;
import io.tickshred.model.StagingLayout;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is staged against what DuckDB makes of the sources by itself, on real trades. */
class ShredderDifferentialTest {
    private static final String DAY = "date=2013-10-07";
    private static final String ORDER = "\"TradeTimestampNanoseconds\" NULLS LAST, \"SeqNo\" NULLS LAST";

    @TempDir
    Path temp;

    private Path input;
    private List<String> keys;
    private List<String> listings;

    @BeforeEach
    void findData() throws Exception {
        input = SharedData.require("us_equity");
        keys = Shredding.parquetFiles(input.resolve(DAY)).stream()
                .map(k -> DAY + "/" + k)
                .toList();
        try (Oracle duckdb = new Oracle()) {
            listings = duckdb.rows("SELECT DISTINCT \"ListingId\" FROM " + sources(keys) + " ORDER BY 1").stream()
                    .map(r -> r.get(0))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource(StagingLayout.class)
    void allFilesOfADayInOneChunk(StagingLayout layout) throws Exception {
        Shredding shredding = new Shredding(input, temp).layout(layout).universe(ListingType.INT64, listings, 7);

        ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

        assertThat(chunk.filtered()).isZero();
        assertThat(chunk.outside()).isZero();
        assertSame(shredding, chunk, keys, "*", "true");
    }

    /** Its rows are in no order, and all of them are there. */
    @ParameterizedTest
    @EnumSource(StagingLayout.class)
    void aChunkOfASingleBatch(StagingLayout layout) throws Exception {
        for (int threads : new int[] {1, 4}) {
            Shredding shredding = new Shredding(input, temp)
                    .layout(layout)
                    .budget(512 << 20, threads)
                    .universe(ListingType.INT64, listings, 1);

            ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

            assertThat(chunk.run().slices()).singleElement().satisfies(slice -> assertThat(slice.rowGroups())
                    .isGreaterThan(5));
            assertSame(shredding, chunk, keys, "*", "true");
            assertThat(encodings(shredding.staged(chunk).get(0)).contains("DELTA"))
                    .as("what tools that open staging need not know")
                    .isEqualTo(layout == StagingLayout.PACKED);
        }
    }

    private static String encodings(Path run) {
        try (Oracle duckdb = new Oracle()) {
            return duckdb.rows("SELECT DISTINCT encodings FROM parquet_metadata('" + run + "')")
                    .toString();
        }
    }

    @ParameterizedTest
    @EnumSource(StagingLayout.class)
    void eachFileInAChunkOfItsOwn(StagingLayout layout) throws Exception {
        for (String key : keys.subList(0, 6)) {
            Shredding shredding = new Shredding(input, temp).layout(layout).universe(ListingType.INT64, listings, 3);

            ShreddedChunk chunk = shredding.shred(List.of(shredding.source(keys.indexOf(key), key)));

            assertSame(shredding, chunk, List.of(key), "*", "true");
        }
    }

    @Test
    void filterDerivedColumnsAndAUniverseThatIsPartOfTheData() throws Exception {
        String where = "Size > 100 AND (TradeId IS NULL OR length(TradeId) > 0)";
        Shredding shredding = new Shredding(input, temp)
                .universe(ListingType.INT64, everyOther(listings), 4)
                .table(Shredding.table(
                        "ListingId",
                        List.of("TradeTimestampNanoseconds", "SeqNo"),
                        where,
                        List.of(
                                new OutputColumn("TradeTimestampNanoseconds", "TradeTimestampNanoseconds"),
                                new OutputColumn("ListingId", "\"ListingId\""),
                                new OutputColumn("SeqNo", "SeqNo"),
                                new OutputColumn("notional", "round(Price * Size, 2)"),
                                new OutputColumn("kind", "CASE WHEN Size >= 1000 THEN 'block' ELSE lower(MIC) END"))));

        ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

        assertThat(chunk.routed()).isPositive();
        assertThat(chunk.filtered()).isPositive();
        assertThat(chunk.outside()).isPositive();
        assertSame(
                shredding,
                chunk,
                keys,
                "TradeTimestampNanoseconds, ListingId, SeqNo, round(Price * Size, 2) AS notional,"
                        + " CASE WHEN Size >= 1000 THEN 'block' ELSE lower(MIC) END AS kind",
                where);
    }

    @Test
    void stringListings() throws Exception {
        Shredding shredding = new Shredding(input, temp)
                .universe(ListingType.STRING, List.of("SPY", "AIG", "it's/not'there"), 2)
                .table(Shredding.table("Ticker", List.of("TradeTimestampNanoseconds", "SeqNo"), "", List.of()));

        ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

        assertThat(chunk.outside()).isPositive();
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.rows("SELECT \"Ticker\", count(*), sum(\"Size\") FROM " + files(shredding, chunk)
                            + " GROUP BY ALL ORDER BY ALL"))
                    .isEqualTo(duckdb.rows("SELECT \"Ticker\", count(*), sum(\"Size\") FROM " + sources(keys)
                            + " WHERE \"Ticker\" IN ('SPY', 'AIG') GROUP BY ALL ORDER BY ALL"));
        }
    }

    @Test
    void theSameBytesWhateverTheThreadsAndTheMemory() throws Exception {
        List<String> checksums = new ArrayList<>();
        for (int threads : List.of(1, 2, 4)) {
            Shredding shredding = new Shredding(input, temp)
                    .budget((64L << 20) * threads * threads, threads)
                    .universe(ListingType.INT64, listings, 5);
            ShreddedChunk chunk = shredding.shred(shredding.sources(keys));
            checksums.add(chunk.run().files().get(0).sha256() + chunk.run().slices());
        }

        assertThat(checksums).hasSize(3).containsOnly(checksums.get(0));
    }

    @Test
    void chunksOfRowGroupRangesMakeUpTheWhole() throws Exception {
        ChunkSource whole = new Shredding(input, temp).source(4, keys.get(0));
        int half = whole.rowGroups() / 2;
        long firstHalfRows;
        try (Oracle duckdb = new Oracle()) {
            firstHalfRows =
                    Long.parseLong(duckdb.value("SELECT sum(row_group_num_rows) FROM (SELECT DISTINCT row_group_id,"
                            + " row_group_num_rows FROM parquet_metadata('" + input.resolve(keys.get(0))
                            + "')) WHERE row_group_id < "
                            + half));
        }
        Shredding shredding = new Shredding(input, temp).universe(ListingType.INT64, listings, 3);

        ShreddedChunk first = shredding.shred(
                List.of(new ChunkSource(4, whole.key(), whole.etag(), whole.sizeBytes(), firstHalfRows, 0, half)));
        ShreddedChunk second = shredding.shred(List.of(new ChunkSource(
                4,
                whole.key(),
                whole.etag(),
                whole.sizeBytes(),
                whole.rows() - firstHalfRows,
                half,
                whole.rowGroups() - half)));

        try (Oracle duckdb = new Oracle()) {
            String both = "read_parquet(['" + shredding.staged(first).get(0) + "', '"
                    + shredding.staged(second).get(0) + "'], hive_partitioning=false)";
            assertThat(duckdb.value("SELECT count(*) FROM (SELECT * EXCLUDE (" + StagedColumns.BATCH + ", "
                            + StagedColumns.SOURCE + ", " + StagedColumns.ROW + "), " + StagedColumns.ROW
                            + " AS n FROM " + both
                            + " EXCEPT ALL SELECT *, file_row_number AS n FROM " + sources(List.of(keys.get(0))) + ")"))
                    .isEqualTo("0");
            assertThat(first.routed() + second.routed()).isEqualTo(whole.rows());
        }
    }

    @ParameterizedTest
    @EnumSource(StagingLayout.class)
    void listingsThatThePlanDoesNotNameAreAdoptedByTheBatchOfTheirHash(StagingLayout layout) throws Exception {
        List<String> known = everyOther(listings);
        List<String> strays = listings.stream().filter(l -> !known.contains(l)).toList();
        Shredding shredding = new Shredding(input, temp)
                .layout(layout)
                .universe(ListingType.INT64, known, 5)
                .adopting(strays);

        ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

        assertThat(strays).isNotEmpty();
        assertThat(chunk.outside()).isZero();
        assertSame(shredding, chunk, keys, "*", "true");
    }

    @Test
    void aPlanThatNamesNoListingAtAllStillLosesNoRow() throws Exception {
        Shredding shredding = new Shredding(input, temp)
                .universe(ListingType.STRING, List.of(), 3)
                .adopting(List.of())
                .table(Shredding.table("Ticker", List.of("TradeTimestampNanoseconds", "SeqNo"), "Size > 0", List.of()));

        ShreddedChunk chunk = shredding.shred(shredding.sources(keys));

        try (Oracle duckdb = new Oracle()) {
            assertThat(chunk.routed() + "," + chunk.filtered())
                    .isEqualTo(duckdb.value("SELECT count(*) FILTER (WHERE \"Size\" > 0) || ',' || count(*) FILTER"
                            + " (WHERE (\"Size\" > 0) IS NOT TRUE) FROM " + sources(keys)));
            assertThat(chunk.outside()).isZero();
            assertThat(duckdb.rows("SELECT count(DISTINCT \"" + StagedColumns.BATCH + "\") FROM "
                            + files(shredding, chunk) + " GROUP BY \"Ticker\""))
                    .allSatisfy(row -> assertThat(row).containsExactly("1"));
        }
    }

    private static List<String> everyOther(List<String> all) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += 2) {
            some.add(all.get(i));
        }
        return some;
    }

    private String sources(List<String> wanted) {
        return "read_parquet(["
                + wanted.stream().map(k -> "'" + input.resolve(k) + "'").collect(Collectors.joining(", "))
                + "], hive_partitioning=false)";
    }

    private static String files(Shredding shredding, ShreddedChunk chunk) {
        return "read_parquet(["
                + shredding.staged(chunk).stream().map(f -> "'" + f + "'").collect(Collectors.joining(", "))
                + "], hive_partitioning=false)";
    }

    /** Every staged row is where it should be, with the values it should have; the proofs are those of the sources. */
    private void assertSame(
            Shredding shredding, ShreddedChunk chunk, List<String> wanted, String select, String where) {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("CREATE TABLE source AS SELECT " + select + ", CAST(\"ListingId\" AS VARCHAR) AS l, ("
                    + where + ") IS TRUE AS k, file_index AS f, file_row_number AS r FROM " + sources(wanted));
            duckdb.execute("CREATE TABLE expected AS SELECT row_number() OVER (ORDER BY batch, \"ListingId\", " + ORDER
                    + ", f, r) - 1 AS n, batch, source.* EXCLUDE (l, k, f, r) FROM source JOIN " + shredding.routing()
                    + " ON l = listing WHERE k");
            boolean packed = duckdb.rows("SELECT name FROM parquet_schema('"
                            + shredding.staged(chunk).get(0) + "')")
                    .contains(List.of(StagedColumns.BATCH));
            String batches = chunk.run().slices().stream()
                    .map(slice -> Integer.toString(slice.batch()))
                    .collect(Collectors.joining(", ", "[", "]"));
            duckdb.execute(
                    "CREATE TABLE staged AS SELECT row_number() OVER (ORDER BY file_index, file_row_number) - 1 AS n, "
                            + (packed ? StagedColumns.BATCH : batches + "[file_index::BIGINT + 1]")
                            + " AS batch, * EXCLUDE ("
                            + StagedColumns.SOURCE + ", " + StagedColumns.ROW
                            + (packed ? ", " + StagedColumns.BATCH : "") + ") FROM "
                            + files(shredding, chunk));
            String columns = duckdb.rows("SELECT column_name FROM (DESCRIBE expected)").stream()
                    .map(row -> '"' + row.get(0) + '"')
                    .skip(2)
                    .collect(Collectors.joining(", "));

            assertThat(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE staged)"))
                    .isEqualTo(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE expected)"));
            assertThat(duckdb.value("SELECT count(*) FROM staged"))
                    .isEqualTo(duckdb.value("SELECT count(*) FROM expected"))
                    .isEqualTo(Long.toString(chunk.routed()));
            String compared = chunk.run().slices().size() > 1 ? "*" : "* EXCLUDE (n)";
            assertThat(duckdb.value("SELECT count(*) FROM (SELECT " + compared + " FROM expected EXCEPT ALL SELECT "
                            + compared + " FROM staged)"))
                    .isEqualTo("0");
            assertThat(chunk.run().slices().stream()
                            .map(s -> s.batch() + " " + s.proof().rows() + " "
                                    + Long.toUnsignedString(s.proof().hash().bits()))
                            .toList())
                    .isEqualTo(duckdb
                            .rows("SELECT batch || ' ' || count(*) || ' ' || sum(hash(" + columns
                                    + ")::HUGEINT) % 18446744073709551616 FROM expected GROUP BY batch ORDER BY batch")
                            .stream()
                            .map(row -> row.get(0))
                            .toList());
            assertThat(chunk.sources().stream()
                            .map(t -> t.ordinal() + " " + t.rows() + " " + t.routed() + " " + t.filtered() + " "
                                    + t.outside())
                            .toList())
                    .isEqualTo(duckdb
                            .rows("SELECT f, count(*), count(*) FILTER (WHERE k AND listing IS NOT NULL),"
                                    + " count(*) FILTER (WHERE NOT k AND listing IS NOT NULL),"
                                    + " count(*) FILTER (WHERE listing IS NULL) FROM source LEFT JOIN "
                                    + shredding.routing()
                                    + " ON l = listing GROUP BY f ORDER BY f")
                            .stream()
                            .map(row -> chunk.sources()
                                            .get(Integer.parseInt(row.get(0)))
                                            .ordinal() + " " + String.join(" ", row.subList(1, 5)))
                            .toList());
            assertSlices(duckdb, shredding, chunk, packed);
        }
    }

    /** The row groups of a slice hold all rows of its batch, and the ones at its ends hold at least one. */
    private static void assertSlices(Oracle duckdb, Shredding shredding, ShreddedChunk chunk, boolean packed) {
        for (RunSlice slice : chunk.run().slices()) {
            Path file = shredding.staged(chunk).get(slice.file());
            List<List<String>> groups = packed
                    ? duckdb.rows("SELECT row_group_id FROM parquet_metadata('" + file + "') WHERE path_in_schema = '"
                            + StagedColumns.BATCH + "' AND stats_min_value::INTEGER <= " + slice.batch()
                            + " AND stats_max_value::INTEGER >= " + slice.batch() + " ORDER BY 1")
                    : duckdb.rows("SELECT DISTINCT row_group_id FROM parquet_metadata('" + file + "') ORDER BY 1");
            assertThat(slice.firstRowGroup())
                    .isEqualTo(Integer.parseInt(groups.get(0).get(0)));
            assertThat(slice.rowGroups()).isEqualTo(groups.size());
        }
    }
}
