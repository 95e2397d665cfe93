package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FooterReaderTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"us_equity", "bitstamp"})
    void saysOfEveryRealFileWhatDuckDbSays(String dataset) throws IOException {
        Path root = SharedData.require(dataset);
        try (Oracle duckdb = new Oracle()) {
            for (String key : parquetFiles(root)) {
                Footer footer = footer(root, key);

                List<List<String>> expected = duckdb.rows(
                        "SELECT row_group_id, path_in_schema, row_group_num_rows, coalesce(dictionary_page_offset, data_page_offset),"
                                + " total_compressed_size, total_uncompressed_size, stats_min_value, stats_max_value"
                                + " FROM parquet_metadata('" + root.resolve(key)
                                + "') ORDER BY row_group_id, column_id");
                assertThat(footer.rowGroups().stream()
                                .flatMap(g -> g.chunks().stream()
                                        .map(c -> List.of(
                                                "" + g.index(),
                                                c.column(),
                                                "" + g.rows(),
                                                "" + c.offset(),
                                                "" + c.compressedBytes(),
                                                "" + c.uncompressedBytes(),
                                                bounds(c, expectedType(footer, c.column())),
                                                "")))
                                .toList())
                        .as(key)
                        .isEqualTo(expected.stream()
                                .map(r -> List.of(
                                        r.get(0),
                                        r.get(1),
                                        r.get(2),
                                        r.get(3),
                                        r.get(4),
                                        r.get(5),
                                        plain(expectedType(footer, r.get(1))) ? r.get(6) + ".." + r.get(7) : "",
                                        ""))
                                .toList());
                assertThat(footer.rows())
                        .isEqualTo(Long.parseLong(
                                duckdb.value("SELECT count(*) FROM read_parquet('" + root.resolve(key) + "')")));
            }
        }
    }

    @Test
    void aFooterLongerThanTheFirstGuessIsReadWhole() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT i, i % 7 AS j FROM range(40000) t(i)) TO '" + temp.resolve("many.parquet")
                    + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
            StringBuilder columns = new StringBuilder("SELECT 1 AS c0");
            for (int i = 1; i < 3000; i++) {
                columns.append(", ")
                        .append(i)
                        .append(" AS a_rather_long_column_name_")
                        .append(i);
            }
            duckdb.execute("COPY (" + columns + ") TO '" + temp.resolve("wide.parquet") + "' (FORMAT parquet)");
        }

        Footer many = footer(temp, "many.parquet");
        Folder store = new Folder(temp);
        Footer wide = FooterReader.read(store, store.head("wide.parquet"));

        assertThat(many.rowGroups()).hasSize(20);
        assertThat(many.rowGroups().get(19).firstRow()).isEqualTo(19 * 2048);
        assertThat(wide.columns()).hasSize(3000);
        assertThat(wide.footerBytes()).isGreaterThan(64 << 10);
        assertThat(store.reads()).hasSize(2);
    }

    @Test
    void nestedColumnsBelongToTheirTopLevelColumn() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT 1 AS a, {'x': [1, 2], 'y': {'z': 'text'}} AS b, MAP {'k': 3} AS c) TO '"
                    + temp.resolve("nested.parquet") + "' (FORMAT parquet)");
        }

        Footer footer = footer(temp, "nested.parquet");

        assertThat(footer.columns()).extracting(Footer.Column::name).containsExactly("a", "b", "c");
        assertThat(footer.rowGroups().get(0).chunks())
                .extracting(Footer.ColumnChunk::column)
                .containsExactly("a", "b", "b", "c", "c");
        assertThat(footer.column("b").orElseThrow().type())
                .isEqualTo("group(x group LIST(list repeated group(element INT32)), y group(z BYTE_ARRAY STRING))");
        assertThat(footer.rowGroups().get(0).chunks().get(1).min()).isEmpty();
    }

    @Test
    void whatIsNoParquetIsSaidSoWithTheObjectsName() throws IOException {
        Files.write(temp.resolve("empty"), new byte[0]);
        Files.write(temp.resolve("short"), "PAR1PAR1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Files.write(
                temp.resolve("csv"), "ListingId,Price\n1,2.0\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Files.write(
                temp.resolve("encrypted"), "PAR1....\4\0\0\0PARE".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Files.write(
                temp.resolve("length"),
                "PAR1....\377\377\377\177PAR1".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

        assertRefused("empty", "folder:empty is empty (0 bytes)");
        assertRefused("short", "too short to be a Parquet file: 8 bytes");
        assertRefused("csv", "does not end in PAR1");
        assertRefused("encrypted", "is encrypted Parquet");
        assertRefused("length", "its footer would have 2147483647 bytes in a file of 16");
    }

    private void assertRefused(String key, String message) {
        assertThatThrownBy(() -> footer(temp, key))
                .isInstanceOf(ParquetFormatException.class)
                .hasMessageContaining(message);
    }

    private static String expectedType(Footer footer, String column) {
        return footer.column(column).orElseThrow().type();
    }

    private static boolean plain(String type) {
        return Set.of("INT64", "INT32", "BYTE_ARRAY STRING").contains(type);
    }

    private static String bounds(Footer.ColumnChunk chunk, String type) {
        return plain(type) ? chunk.min().orElse("null") + ".." + chunk.max().orElse("null") : "";
    }

    static Footer footer(Path root, String key) throws IOException {
        Folder store = new Folder(root);
        return FooterReader.read(store, store.head(key));
    }

    static Set<String> parquetFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".parquet"))
                    .map(f -> root.relativize(f).toString())
                    .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
        }
    }
}
