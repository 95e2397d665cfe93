package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnCopyTest {
    private static final int LARGE = 10 << 20;

    @TempDir
    Path temp;

    @Test
    void copiesOfManyObjectsAreOneFileWithTheRowsOfAllInOrder() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            String[] options = {
                "ROW_GROUP_SIZE 2048",
                "COMPRESSION zstd",
                "PARQUET_VERSION v2, ROW_GROUP_SIZE 2048",
                "COMPRESSION lz4_raw"
            };
            List<ColumnCopy> copies = new ArrayList<>();
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                String name = "part-" + i + ".parquet";
                // Of few values, hence with a dictionary, and of many; the wanted column not the first.
                String listing =
                        i % 2 == 0 ? "'L' || (i % 7)" : "CASE WHEN i % 5 = 0 THEN NULL ELSE 'long text ' || i END";
                duckdb.execute("COPY (SELECT i AS other, " + listing + " AS listing, i * 0.5 AS price FROM range("
                        + i * 1000 + ", " + (i + 6) * 1000 + ") t(i)) TO '" + temp.resolve(name)
                        + "' (FORMAT parquet, " + options[i % options.length] + ")");
                copies.add(fetch(name, LARGE).orElseThrow());
                all.append(i == 0 ? "" : ", ")
                        .append('\'')
                        .append(temp.resolve(name))
                        .append('\'');
            }

            ColumnCopy.write(copies, temp.resolve("all.parquet"));

            assertThat(duckdb.rows("SELECT * FROM '" + temp.resolve("all.parquet") + "'"))
                    .isEqualTo(duckdb.rows("SELECT listing FROM read_parquet([" + all + "])"));
        }
    }

    @Test
    void aColumnThatIsTooLongIsNotFetched() throws IOException {
        write("wide.parquet", "SELECT hash(i) AS listing FROM range(10000) t(i)");

        assertThat(fetch("wide.parquet", 1000)).isEmpty();
    }

    @Test
    void copiesOfDifferentSchemasDoNotGoTogether() throws IOException {
        write("int.parquet", "SELECT 1::INTEGER AS listing");
        write("long.parquet", "SELECT 1::BIGINT AS listing");
        ColumnCopy narrow = fetch("int.parquet", LARGE).orElseThrow();
        ColumnCopy wide = fetch("long.parquet", LARGE).orElseThrow();

        assertThat(narrow.sameSchema(wide)).isFalse();
        assertThat(narrow.sameSchema(narrow)).isTrue();
        assertThatThrownBy(() -> ColumnCopy.write(List.of(narrow, wide), temp.resolve("both.parquet")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void write(String name, String sql) {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (" + sql + ") TO '" + temp.resolve(name) + "' (FORMAT parquet)");
        }
    }

    private Optional<ColumnCopy> fetch(String name, int maxBytes) throws IOException {
        Folder store = new Folder(temp);
        return ColumnCopy.fetch(store, FooterReader.read(store, store.head(name)), "listing", maxBytes);
    }
}
