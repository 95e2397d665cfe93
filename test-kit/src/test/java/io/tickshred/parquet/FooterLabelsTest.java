package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SortingColumn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FooterLabelsTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void write() {
        file = temp.resolve("file.parquet");
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute(
                    "COPY (SELECT [i] AS nested, i // 100 AS id, i AS t, 'x' || (i % 50) AS v FROM range(10000) r(i))"
                            + " TO '" + file + "' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096)");
        }
    }

    @Test
    void everyRowGroupSaysHowItIsSortedAndTheFileWhatItIs() throws IOException {
        FooterLabels.write(file, List.of("id", "t"), new TreeMap<>(java.util.Map.of("b", "2", "a", "1")));

        FileMetaData meta = meta();
        assertThat(meta.getRow_groups()).hasSizeGreaterThan(1).allSatisfy(group -> assertThat(
                        group.getSorting_columns())
                .containsExactly(new SortingColumn(1, false, false), new SortingColumn(2, false, false)));
        assertThat(meta.getKey_value_metadata().stream().map(kv -> kv.getKey() + "=" + kv.getValue()))
                .endsWith("a=1", "b=2");
    }

    @Test
    void anOrderThatGoesOnBehindANestedColumnIsToldUpToThere() throws IOException {
        FooterLabels.write(file, List.of("id", "nested", "t"), new TreeMap<>());

        assertThat(meta().getRow_groups().get(0).getSorting_columns())
                .containsExactly(new SortingColumn(1, false, false));
    }

    @Test
    void rowsPagesAndStatisticsStayAsTheyAre() throws IOException {
        byte[] before = Files.readAllBytes(file);
        int data = before.length - 8 - footerBytes(before);
        try (Oracle duckdb = new Oracle()) {
            List<List<String>> rows = duckdb.rows("SELECT * FROM '" + file + "'");
            List<List<String>> chunks =
                    duckdb.rows("SELECT * EXCLUDE (file_name) FROM parquet_metadata('" + file + "')");

            FooterLabels.write(file, List.of("id"), new TreeMap<>(java.util.Map.of("a", "1")));

            byte[] after = Files.readAllBytes(file);
            assertThat(Arrays.equals(before, 0, data, after, 0, data)).isTrue();
            assertThat(duckdb.rows("SELECT * FROM '" + file + "'")).isEqualTo(rows);
            assertThat(duckdb.rows("SELECT * EXCLUDE (file_name) FROM parquet_metadata('" + file + "')"))
                    .isEqualTo(chunks);
            assertThat(duckdb.rows("SELECT count(*) FROM '" + file + "' WHERE v = 'x7'"))
                    .containsExactly(List.of("200"));
        }
    }

    @Test
    void labellingIsDeterministicAndAFileWithoutAFooterIsRefused() throws IOException {
        Path twin = Files.copy(file, temp.resolve("twin.parquet"));
        FooterLabels.write(file, List.of("id"), new TreeMap<>(java.util.Map.of("a", "1")));
        FooterLabels.write(twin, List.of("id"), new TreeMap<>(java.util.Map.of("a", "1")));
        assertThat(Files.mismatch(file, twin)).isEqualTo(-1);

        Path broken = Files.write(temp.resolve("broken.parquet"), new byte[100]);
        assertThatThrownBy(() -> FooterLabels.write(broken, List.of("id"), new TreeMap<>()))
                .isInstanceOf(ParquetFormatException.class)
                .hasMessageContaining("broken.parquet");
    }

    private FileMetaData meta() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = footerBytes(bytes);
        return FooterParser.decode(
                file.toString(),
                ByteBuffer.wrap(bytes, bytes.length - 8 - length, length).slice());
    }

    private static int footerBytes(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    }
}
