package io.tickshred.finalizer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.model.TableDefinition;
import io.tickshred.store.StoredObject;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.Plans;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchMergerTest {
    private static final TableDefinition TABLE = new TableDefinition(
            "trades", List.of("**"), "id", List.of("t"), "t", Optional.empty(), List.of(), new BatchCaps(1, 1));

    private final PlanHeader header = Plans.header(3, 2);
    private final AcceptedRuns runs = new AcceptedRuns();
    private final Fetches fetches = new Fetches();

    @TempDir
    Path temp;

    private FileObjectStore staging;
    private FileObjectStore output;

    @BeforeEach
    void open() throws Exception {
        staging = new FileObjectStore(Files.createDirectory(temp.resolve("staging")));
        output = new FileObjectStore(Files.createDirectory(temp.resolve("output")));
    }

    @AfterEach
    void close() {
        fetches.close();
        staging.close();
        output.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BIGINT", "VARCHAR"})
    void runsAreMergedInTotalOrder(String listings) throws Exception {
        String rows = "SELECT (i * 7919 %% 5)::" + listings + " AS id, make_timestamp(i // 10) AS t, i AS v,"
                + " (i %% 2)::INTEGER AS __tickshred_batch, %d AS __tickshred_source, i AS __tickshred_row"
                + " FROM range(5000) r(i)";
        add(0, rows.formatted(0));
        add(1, rows.formatted(1));

        BatchFile file = merger().merge(header, TABLE, runs, 1, Optional.empty());

        assertThat(file.proof().rows()).isEqualTo(5000);
        assertThat(file.listings()).isEqualTo(5);
        assertThat(file.minTimestamp()).contains("1970-01-01 00:00:00");
        try (Oracle oracle = new Oracle()) {
            String both = "SELECT * FROM read_parquet('" + temp + "/staging/*.parquet') WHERE __tickshred_batch = 1";
            assertThat(oracle.rows("SELECT * FROM read_parquet('" + temp.resolve("output/" + file.key()) + "')"))
                    .isEqualTo(oracle.rows(
                            "SELECT id, t, v FROM (" + both + ") ORDER BY id, t, __tickshred_source, __tickshred_row"));
        }
    }

    @Test
    void aBatchWithoutRowsIsAnObjectWithTheSchema() throws Exception {
        add(0, one(0));

        BatchFile file = merger().merge(header, TABLE, runs, 2, Optional.empty());

        assertThat(file.proof()).isEqualTo(Proof.EMPTY);
        try (Oracle oracle = new Oracle()) {
            String from = "read_parquet('" + temp.resolve("output/" + file.key()) + "')";
            assertThat(oracle.rows("SELECT count(*) FROM " + from)).containsExactly(List.of("0"));
            assertThat(oracle.rows("SELECT column_name FROM (DESCRIBE FROM " + from + ")"))
                    .containsExactly(List.of("id"), List.of("t"), List.of("v"));
        }
    }

    @Test
    void whatIsNotWhatWasShreddedIsNotUploaded() throws Exception {
        StagedRun run = staged(0, one(0));
        RunSlice slice = run.slices().get(0);
        Proof other =
                new Proof(slice.proof().rows(), new RowHash(slice.proof().hash().bits() + 1));
        runs.add("trades", 0, new StagedRun(run.files(), List.of(new RunSlice(0, 0, 0, 1, other))), tallies(0));

        assertThatThrownBy(() -> merger().merge(header, TABLE, runs, 0, Optional.empty()))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("the proof of batch 0 of trades")
                .hasMessageContaining("does not hold");
        assertThat(temp.resolve("output")).isEmptyDirectory();
    }

    @Test
    void aRunThatIsGoneFailsTheBatchByName() throws Exception {
        add(0, one(0));
        add(1, one(1));
        staging.delete(List.of("1.parquet"));

        assertThatThrownBy(() -> merger().merge(header, TABLE, runs, 0, Optional.empty()))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining("1.parquet");
        assertThat(temp.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void anAttemptThatLostItsTaskLongAgoNeverReplacesAnotherVersionsObject() throws Exception {
        add(0, one(0));
        String key = ObjectKeys.batch(header.day(), header.plan(), "trades", 0);
        Path first = temp.resolve("first.parquet");
        copy("SELECT 7::BIGINT AS id, TIMESTAMP '2026-01-05' AS t, 1::BIGINT AS v", first);
        StoredObject published = output.write(key, first);

        BatchFile file = merger().merge(header, TABLE, runs, 0, Optional.empty());

        assertThat(output.head(key)).isEqualTo(published);
        assertThat(file.key()).isEqualTo(key);
        assertThat(file.sha256()).isEqualTo(Sha256.of(first));
        assertThat(file.sizeBytes()).isEqualTo(Files.size(first));
        assertThat(file.proof().rows()).isEqualTo(1);
    }

    @Test
    void anObjectInTheWayThatIsNotTheBatchFailsItByNameAndStays() throws Exception {
        add(0, one(0));
        String key = ObjectKeys.batch(header.day(), header.plan(), "trades", 0);
        Path other = temp.resolve("other.parquet");
        copy("SELECT 7::BIGINT AS id, TIMESTAMP '2026-01-05' AS t, 2::BIGINT AS v", other);
        StoredObject there = output.write(key, other);

        assertThatThrownBy(() -> merger().merge(header, TABLE, runs, 0, Optional.empty()))
                .isInstanceOfSatisfying(
                        TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.POISON))
                .hasMessageContaining(output.uri(key))
                .hasMessageMatching(
                        ".*does not hold: read 1 .*, written 1 .*; .* and keep its staging for an inquiry if it"
                                + " recurs");
        assertThat(output.head(key)).isEqualTo(there);
    }

    @Test
    void aSecondAttemptAtABatchComesToTheSame() throws Exception {
        add(0, one(0));

        BatchFile first = merger().merge(header, TABLE, runs, 0, Optional.empty());
        StoredObject written = output.head(first.key());
        BatchFile second = merger().merge(header, TABLE, runs, 0, Optional.empty());

        assertThat(second).isEqualTo(first);
        assertThat(output.head(first.key())).isEqualTo(written);
    }

    @Test
    void theFooterSaysWhatTheObjectIsAndHowItIsSorted() throws Exception {
        add(0, one(0));

        BatchFile file = merger().merge(header, TABLE, runs, 0, Optional.empty());

        String object = "'" + temp.resolve("output/" + file.key()) + "'";
        try (Oracle oracle = new Oracle()) {
            assertThat(oracle.rows("SELECT decode(key), decode(value) FROM parquet_kv_metadata(" + object
                            + ") WHERE decode(key) LIKE 'tickshred.%' ORDER BY 1"))
                    .containsExactly(
                            List.of("tickshred.batch", "0"),
                            List.of("tickshred.dataset", header.day().dataset()),
                            List.of("tickshred.date", header.day().date().toString()),
                            List.of("tickshred.row-hash", file.proof().hash().toString()),
                            List.of("tickshred.row-hash-algorithm", RowHash.ALGORITHM),
                            List.of("tickshred.rows", "1"),
                            List.of("tickshred.table", "trades"));
        }
    }

    private void copy(String sql, Path target) throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, "copy", new MemoryBudget(128 << 20, 1))) {
            session.execute("COPY (" + sql + ") TO '" + target + "' (FORMAT parquet)");
        }
    }

    private static String one(int source) {
        return "SELECT 7::BIGINT AS id, TIMESTAMP '2026-01-05' AS t, 1::BIGINT AS v, 0 AS __tickshred_batch, " + source
                + " AS __tickshred_source, 0::BIGINT AS __tickshred_row";
    }

    private BatchMerger merger() {
        return new BatchMerger(
                staging, output, temp.resolve("scratch"), DuckDbEngines.one(new MemoryBudget(128 << 20, 2)), fetches);
    }

    private void add(int chunk, String sql) throws Exception {
        runs.add("trades", chunk, staged(chunk, sql), tallies(chunk));
    }

    private static List<SourceTally> tallies(int chunk) {
        return List.of(new SourceTally(chunk, "s" + chunk, "etag", 1, 5000, 5000, 0, 0));
    }

    /** A run of one row group, which all its batches share. */
    private StagedRun staged(int chunk, String sql) throws Exception {
        String key = chunk + ".parquet";
        try (DuckDbSession session =
                DuckDbSession.open(temp.resolve("staging"), "spill", new MemoryBudget(128 << 20, 1))) {
            session.execute("COPY (" + sql + " ORDER BY __tickshred_batch, id, t, __tickshred_source, __tickshred_row)"
                    + " TO '" + temp.resolve("staging").resolve(key) + "' (FORMAT parquet)");
            StoredObject object = staging.head(key);
            List<RunSlice> slices = session.query(
                    "SELECT __tickshred_batch, count(*), " + RowHashSql.aggregate(List.of("id", "t", "v"))
                            + " FROM read_parquet('" + temp.resolve("staging").resolve(key)
                            + "') GROUP BY 1 ORDER BY 1",
                    row -> new RunSlice((int) row.int64(0), 0, 0, 1, new Proof(row.int64(1), RowHashSql.read(row, 2))));
            return new StagedRun(
                    List.of(new StagedFile(key, object.sizeBytes(), object.etag(), "0".repeat(64))), slices);
        }
    }
}
