package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.store.ByteRange;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseMirrorTest {
    @TempDir
    Path temp;

    @Test
    void duckDbReadsFromAMirrorJustTheRowsAndColumnsOfTheObject() throws IOException {
        Path root = SharedData.require("us_equity");
        Random random = new Random(5);
        try (Oracle duckdb = new Oracle()) {
            int number = 0;
            for (String key : FooterReaderTest.parquetFiles(root)) {
                Folder store = new Folder(root);
                Footer footer = FooterReader.read(store, store.head(key));
                Set<Integer> groups = new TreeSet<>();
                footer.rowGroups().stream().filter(g -> random.nextBoolean()).forEach(g -> groups.add(g.index()));
                Path mirror = temp.resolve("mirror-" + number++ + ".parquet");

                SparseMirror.write(store, footer, groups, Set.of("Price", "ListingId", "TradeId", "SeqNo"), mirror);

                StringBuilder kept = new StringBuilder("false");
                for (int group : groups) {
                    Footer.RowGroup g = footer.rowGroups().get(group);
                    kept.append(" OR file_row_number >= ").append(g.firstRow());
                    kept.append(" AND file_row_number < ").append(g.firstRow() + g.rows());
                }
                String columns = "SELECT \"ListingId\", \"Price\", \"TradeId\", \"SeqNo\" FROM ";
                assertThat(duckdb.rows("SELECT count(*), sum(hash(q)) FROM (SELECT * FROM read_parquet('" + mirror
                                + "', hive_partitioning=false)) q"))
                        .as(key)
                        .isEqualTo(duckdb.rows("SELECT count(*), sum(hash(q)) FROM (" + columns + "read_parquet('"
                                + root.resolve(key) + "', file_row_number=true) WHERE " + kept + ") q"));
            }
        }
    }

    @Test
    void unwantedColumnsCostNeitherNetworkNorDisk() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT i AS wanted, hash(i) AS a, hash(i + 1) AS b, hash(i + 2) AS c"
                    + " FROM range(500000) t(i)) TO '" + temp.resolve("wide.parquet") + "' (FORMAT parquet)");
        }
        Folder store = new Folder(temp);
        Footer footer = FooterReader.read(store, store.head("wide.parquet"));
        Set<Integer> all = new TreeSet<>();
        footer.rowGroups().forEach(g -> all.add(g.index()));
        long wanted = footer.rowGroups().stream()
                .mapToLong(g -> g.compressedBytes(Set.of("wanted")))
                .sum();
        store.reads().clear();

        SparseMirror.write(store, footer, all, Set.of("wanted"), temp.resolve("mirror.parquet"));

        assertThat(store.reads().stream().mapToLong(ByteRange::length).sum())
                .isEqualTo(wanted)
                .isEqualTo(SparseMirror.fetchedBytes(footer, all, Set.of("wanted")))
                .isLessThan(footer.object().sizeBytes() / 3);
        assertThat(allocatedBytes(temp.resolve("mirror.parquet")))
                .isLessThan(wanted + (256 << 10))
                .isLessThan(Files.size(temp.resolve("mirror.parquet")));
    }

    @Test
    void aMirrorOfNoRowGroupHasTheSchemaAndNoRows() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute(
                    "COPY (SELECT 1::DECIMAL(10,2) AS d, [{'x': 1}] AS l, TIMESTAMP_NS '2020-01-01' AS t, 2 AS u) TO '"
                            + temp.resolve("x.parquet") + "' (FORMAT parquet)");
            Footer footer = FooterReaderTest.footer(temp, "x.parquet");

            SparseMirror.writeSchema(footer, Set.of("d", "l", "t"), temp.resolve("schema.parquet"));

            assertThat(duckdb.rows("SELECT count(*) FROM '" + temp.resolve("schema.parquet") + "'")
                            .toString())
                    .isEqualTo("[[0]]");
            assertThat(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '"
                                    + temp.resolve("schema.parquet") + "')")
                            .toString())
                    .isEqualTo("[[d, DECIMAL(10,2)], [l, STRUCT(x INTEGER)[]], [t, TIMESTAMP_NS]]");
        }
    }

    @Test
    void aColumnThatIsNotThereIsRefused() throws IOException {
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT 1 AS a) TO '" + temp.resolve("x.parquet") + "' (FORMAT parquet)");
        }
        Footer footer = FooterReaderTest.footer(temp, "x.parquet");

        assertThatThrownBy(() -> SparseMirror.writeSchema(footer, Set.of("b"), temp.resolve("y")))
                .hasMessageContaining("has no column b");
    }

    private static long allocatedBytes(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                .split("\\s")[0]);
    }
}
