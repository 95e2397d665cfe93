package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.ParquetFormatException;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShredderTest {
    private static final TableDefinition PLAIN = Shredding.table("id", List.of("t"), "", List.of());

    @TempDir
    Path temp;

    private Path input;

    @BeforeEach
    void makeInput() throws IOException {
        input = Files.createDirectory(temp.resolve("input"));
    }

    @Test
    void rowGroupsWithoutAWantedListingAreNotFetchedAndCountAsOutside() throws Exception {
        write("a.parquet", "SELECT i // 20000 AS id, hash(i) AS t FROM range(409600) t(i)", "ROW_GROUP_SIZE 40960");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("3", "17"), 2);

        ShreddedChunk chunk = shredding.shred(List.of(shredding.source(0, "a.parquet")));

        assertThat(chunk.prunedRowGroups()).isEqualTo(8);
        assertThat(chunk.routed()).isEqualTo(40_000);
        assertThat(chunk.outside()).isEqualTo(369_600);
        assertThat(chunk.sources().get(0).balanced()).isTrue();
        assertThat(chunk.fetchedBytes()).isLessThan(Files.size(input.resolve("a.parquet")) * 4 / 10);
    }

    @Test
    void onlyTheColumnsOfTheDefinitionAreFetched() throws Exception {
        write(
                "a.parquet",
                "SELECT 1 AS id, i AS t, hash(i) AS a, hash(i + 1) AS b, hash(i + 2) AS c FROM range(300000) t(i)",
                "");
        Shredding shredding = shredding()
                .universe(ListingType.INT64, List.of("1"), 1)
                .table(Shredding.table(
                        "id",
                        List.of("t"),
                        "b > 0",
                        List.of(new OutputColumn("id", "id"), new OutputColumn("t", "t"))));

        ShreddedChunk chunk = shredding.shred(List.of(shredding.source(0, "a.parquet")));

        assertThat(chunk.routed()).isEqualTo(300_000);
        assertThat(chunk.fetchedBytes()).isLessThan(Files.size(input.resolve("a.parquet")) / 2);
    }

    @ParameterizedTest
    @EnumSource(StagingLayout.class)
    void aChunkWithoutAnyWantedRowStagesAnEmptyRunWithTheSchema(StagingLayout layout) throws Exception {
        write("a.parquet", "SELECT 5 AS id, TIMESTAMP_NS '2020-01-01' AS t, 'x' AS s", "");
        write("b.parquet", "SELECT 77 AS id, TIMESTAMP_NS '2020-01-01' AS t, 'x' AS s", "");
        Shredding shredding = shredding().layout(layout).universe(ListingType.INT64, List.of("6", "70", "80"), 3);

        ShreddedChunk chunk = shredding.shred(shredding.sources(List.of("a.parquet", "b.parquet")));

        assertThat(chunk.run().slices()).isEmpty();
        assertThat(chunk.outside()).isEqualTo(2);
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('"
                            + shredding.staged(chunk).get(0) + "', hive_partitioning=false))"))
                    .startsWith(List.of("id", "INTEGER"), List.of("t", "TIMESTAMP_NS"), List.of("s", "VARCHAR"))
                    .hasSize(layout == StagingLayout.PACKED ? 6 : 5);
        }
    }

    @Test
    void rowsOfANullListingAreOutsideAndNullsSortLast() throws Exception {
        write(
                "a.parquet",
                "SELECT * FROM (VALUES (NULL, 1), (3, 0), (2, NULL), (2, 5), (2, 4), (2, NULL)) v(id, t)",
                "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("2", "3"), 2);

        ShreddedChunk chunk = shredding.shred(List.of(shredding.source(0, "a.parquet")));

        assertThat(chunk.outside()).isEqualTo(1);
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.rows("SELECT t, __tickshred_row FROM '"
                                    + shredding.staged(chunk).get(0) + "'")
                            .toString())
                    .isEqualTo("[[4, 4], [5, 3], [null, 2], [null, 5], [0, 1]]");
        }
    }

    @Test
    void sourcesAreReadByNameWhateverTheOrderOfTheirColumns() throws Exception {
        write("a.parquet", "SELECT 1 AS id, 10 AS t, 'a' AS s", "");
        write("b.parquet", "SELECT 'b' AS s, 1 AS id, 9 AS t", "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);

        ShreddedChunk chunk = shredding.shred(shredding.sources(List.of("a.parquet", "b.parquet")));

        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.rows("SELECT * FROM '" + shredding.staged(chunk).get(0) + "' ORDER BY __tickshred_source")
                            .toString())
                    .isEqualTo("[[1, 10, a, 0, 0, 0], [1, 9, b, 0, 1, 0]]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 AS id, 2.5 AS t | column t of table trades is INTEGER in a.parquet but DECIMAL.2,1. in b.parquet, .*",
                "1 AS id | object b.parquet of table trades has no order column t, which a.parquet has.*",
            })
    void sourcesThatDifferInTheirColumnsAreBothNamed(String other, String message) throws Exception {
        write("a.parquet", "SELECT 1 AS id, 2 AS t", "");
        write("b.parquet", "SELECT " + other, "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);

        assertPoison(shredding, shredding.sources(List.of("a.parquet", "b.parquet")), "b.parquet", message);
    }

    @Test
    void whatIsNotWhatWasPlannedIsNamedWithBothFigures() throws Exception {
        write("a.parquet", "SELECT 1 AS id, i AS t FROM range(10) t(i)", "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);
        ChunkSource source = shredding.source(0, "a.parquet");

        assertPoison(
                shredding,
                List.of(new ChunkSource(0, source.key(), source.etag(), source.sizeBytes(), 11, 0, 1)),
                "a.parquet",
                ".*a.parquet has 10 rows by its footer, the plan counted 11.*");
        assertPoison(
                shredding,
                List.of(new ChunkSource(0, source.key(), source.etag(), source.sizeBytes(), 10, 0, 2)),
                "a.parquet",
                ".*a.parquet has 1 row groups, the task is for row groups 0 to 1.*");
        assertPoison(
                shredding,
                List.of(new ChunkSource(0, source.key(), "another", source.sizeBytes(), 10, 0, 1)),
                "a.parquet",
                ".*a.parquet.*");
        assertPoison(
                shredding,
                List.of(new ChunkSource(0, "gone.parquet", "x", 1000, 10, 0, 1)),
                "gone.parquet",
                ".*gone.parquet.*");
    }

    @Test
    void aDefinitionThatDoesNotGoWithTheSourceIsExplained() throws Exception {
        write("a.parquet", "SELECT 1 AS id, i AS t, 'x' || i AS s FROM range(10) t(i)", "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);
        List<ChunkSource> sources = shredding.sources(List.of("a.parquet"));

        assertPoison(
                shredding.table(Shredding.table("ListingId", List.of("t"), "", List.of())),
                sources,
                "a.parquet",
                "table trades has no listing column ListingId in its source; it has: id, t, s .*");
        assertPoison(
                shredding.table(Shredding.table("s", List.of("t"), "", List.of())),
                sources,
                "a.parquet",
                "listing column s of table trades is STRING in .*, the plan's listings are INT64");
        assertPoison(
                shredding.table(Shredding.table("id", List.of("t"), "CAST(s AS INTEGER) > 1", List.of())),
                sources,
                "a.parquet",
                "table trades: where fails on values in .*a.parquet: Conversion Error: .*x0.*");
    }

    /**
     * Changed values that are valid by themselves are found by no reader: the format's pages need not have checksums.
     */
    @ParameterizedTest
    @CsvSource({"0, snappy", "0, zstd", "0, uncompressed", "0.5, snappy", "0.5, zstd"})
    void aDamagedPageIsLaidToItsObject(double where, String compression) throws Exception {
        for (String name : List.of("a.parquet", "b.parquet", "c.parquet")) {
            write(
                    name,
                    "SELECT i % 5 AS id, i AS t, i || repeat('abc', i % 20) AS s FROM range(50000) t(i)",
                    "COMPRESSION " + compression);
        }
        int page;
        int length;
        try (Oracle duckdb = new Oracle()) {
            List<String> chunk = duckdb.rows(
                            "SELECT least(data_page_offset, coalesce(dictionary_page_offset, data_page_offset)),"
                                    + " total_compressed_size FROM parquet_metadata('" + input.resolve("b.parquet")
                                    + "') WHERE path_in_schema = 's'")
                    .get(0);
            page = Integer.parseInt(chunk.get(0));
            length = Integer.parseInt(chunk.get(1));
        }
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("0", "1", "2", "3", "4"), 2);
        byte[] bytes = Files.readAllBytes(input.resolve("b.parquet"));
        int start = page + (int) (length * where);
        Arrays.fill(bytes, start, start + 64, (byte) 0x5a);
        Files.write(input.resolve("b.parquet"), bytes);

        assertPoison(
                shredding,
                shredding.sources(List.of("a.parquet", "b.parquet", "c.parquet")),
                "b.parquet",
                "cannot read .*input/b.parquet: .*; replace the object or leave it out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CAST(s AS INTEGER) | true | select.q | Conversion Error: Could not convert string 'b1' to INT32.*",
                "i + 9223372036854775807 | true | select.q | Out of Range Error: Overflow in addition of INT64 .*",
                "i | CAST(s AS INTEGER) > 0 | where | Conversion Error: Could not convert string 'b1' to INT32.*",
            })
    void anExpressionThatFailsOnGoodDataIsNotLaidToTheData(String q, String where, String field, String reason)
            throws Exception {
        write("a.parquet", "SELECT i % 5 AS id, i AS t, '1' AS s, -1 AS i FROM range(50000) t(i)", "");
        write("b.parquet", "SELECT i % 5 AS id, i AS t, 'b1' AS s, 1::BIGINT AS i FROM range(50000) t(i)", "");
        Shredding shredding = shredding()
                .universe(ListingType.INT64, List.of("0", "1", "2", "3", "4"), 2)
                .table(Shredding.table(
                        "id",
                        List.of("t"),
                        where,
                        List.of(OutputColumn.ALL, new OutputColumn("p", "t + 1"), new OutputColumn("q", q))));

        assertPoison(
                shredding,
                shredding.sources(List.of("a.parquet", "b.parquet")),
                "b.parquet",
                "table trades: " + field + " fails on values in .*input/b.parquet: " + reason
                        + "; correct the expression in the dataset, or use try_cast, which gives null for a value that"
                        + " cannot be cast");
    }

    @Test
    void everyHostileFileBesideAGoodOneEndsInARunOrAReason() throws Exception {
        Path hostile = SharedData.require("hostile");
        write("good.parquet", "SELECT 1 AS id, 2 AS t", "");
        for (String name : Shredding.parquetFiles(hostile)) {
            Files.copy(hostile.resolve(name), input.resolve(name));
            Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);
            ChunkSource bad =
                    new ChunkSource(1, name, shredding.head(name).etag(), Files.size(input.resolve(name)), 1, 0, 1);
            List<ChunkSource> sources = List.of(shredding.source(0, "good.parquet"), bad);

            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> assertPoison(shredding, sources, name, ".*" + name + ".*"), name);
        }
    }

    @Test
    void everyHostileFileByItselfIsStagedWholeOrRefused() throws Exception {
        Path hostile = SharedData.require("hostile");
        for (String name : Shredding.parquetFiles(hostile)) {
            Files.copy(hostile.resolve(name), input.resolve(name));
            String outcome = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> outcome(name), name);
            assertThat(outcome).as(name).matches("(?s).*" + name + ".*|staged \\d+ rows");
        }
    }

    private String outcome(String name) throws Exception {
        Shredding shredding = shredding();
        ChunkSource source;
        try {
            source = shredding.source(0, name);
        } catch (ParquetFormatException e) {
            return e.getMessage();
        }
        try (FileObjectStore store = new FileObjectStore(input)) {
            String column =
                    FooterReader.read(store, store.head(name)).columns().get(0).name();
            ShreddedChunk chunk = shredding
                    .table(Shredding.table(column, List.of(column), "", List.of()))
                    .universe(
                            ListingType.INT64,
                            IntStream.range(-1000, 1000)
                                    .mapToObj(Integer::toString)
                                    .toList(),
                            3)
                    .shred(List.of(source));
            return "staged " + chunk.routed() + " rows";
        } catch (TaskException e) {
            assertThat(e.kind()).as(name).isEqualTo(TaskException.Kind.POISON);
            return e.failure().toString();
        }
    }

    /** With eight threads the sort itself does not fit 64 MiB; the worker then does with one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aChunkLargerThanTheMemoryOfASlotIsSortedThroughScratch(int threads) throws Exception {
        write(
                "a.parquet",
                "SELECT (hash(i) % 50)::INTEGER AS id, hash(i + 1) AS t, hash(i + 2) AS a, hash(i + 3) AS b, hash(i + 4) AS c"
                        + " FROM range(2200000) t(i)",
                "COMPRESSION lz4");
        Shredding shredding = shredding()
                .budget(64 << 20, threads)
                .universe(
                        ListingType.INT64,
                        IntStream.range(0, 50).mapToObj(Integer::toString).toList(),
                        7);

        ShreddedChunk chunk = shredding.shred(List.of(shredding.source(0, "a.parquet")));

        assertThat(Files.size(input.resolve("a.parquet"))).isGreaterThan(64 << 20);
        assertThat(chunk.routed()).isEqualTo(2_200_000);
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.value(
                            "SELECT count(*) FROM (SELECT (__tickshred_batch, id, t) AS k, lag((__tickshred_batch, id,"
                                    + " t)) OVER (ORDER BY file_row_number) AS p FROM '"
                                    + shredding.staged(chunk).get(0) + "') WHERE p > k"))
                    .isEqualTo("0");
        }
    }

    @Test
    void noSpaceOnScratchIsAReasonToTryElsewhere() throws Exception {
        write("a.parquet", "SELECT 1 AS id, 2 AS t", "");
        Shredding shredding = shredding().universe(ListingType.INT64, List.of("1"), 1);
        List<ChunkSource> sources = shredding.sources(List.of("a.parquet"));
        Files.writeString(shredding.scratch(), "a file where the directory should be");

        assertThatThrownBy(() -> shredding.shredAnyhow(sources))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.RETRY))
                .hasMessageContaining("cannot use the scratch directory");
    }

    private Shredding shredding() {
        return new Shredding(input, temp).table(PLAIN);
    }

    private static void assertPoison(Shredding shredding, List<ChunkSource> sources, String object, String message) {
        assertThatThrownBy(() -> shredding.shred(sources)).isInstanceOfSatisfying(TaskException.class, e -> {
            assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON);
            assertThat(e.failure().object().orElse("no object")).endsWith("/" + object);
            assertThat(e.failure().reason()).matches(message).doesNotContain("scratch");
        });
    }

    private void write(String name, String select, String options) {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (" + select + ") TO '" + input.resolve(name) + "' (FORMAT parquet"
                    + (options.isEmpty() ? "" : ", " + options) + ")");
        }
    }
}
