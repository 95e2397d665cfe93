package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbSessionTest {
    private static final MemoryBudget SMALL = new MemoryBudget(64 << 20, 2);

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_text('/etc/passwd')",
                "COPY (SELECT 1) TO '/tmp/out-of-scratch.parquet'",
                "ATTACH '/tmp/out-of-scratch.db'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET memory_limit = '100GB'",
                "SET enable_external_access = true",
            })
    void aSessionHasNoWayOutOfItsDirectoryAndItsSettings(String statement) throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, SMALL)) {
            assertThatThrownBy(() -> session.execute(statement)).isInstanceOf(DuckDbException.class);
            assertThat(session.query("SELECT 42", row -> row.int64(0))).containsExactly(42L);
        }
        assertThat(Path.of("/tmp/out-of-scratch.parquet")).doesNotExist();
    }

    @Test
    void valuesComeBackAsTheyAre() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, SMALL)) {
            session.execute("CREATE TABLE t (a BIGINT, b VARCHAR, c INTEGER)");
            session.append("t", rows -> {
                rows.int64(Long.MIN_VALUE).text("it's \"x\" ✓ 😀").int32(-1).endRow();
                rows.int64(7).text("").int32(2).endRow();
            });

            List<String> values = session.query(
                    "SELECT a, b, c, 18446744073709551615::UBIGINT, 0.5, NULL, a::UTINYINT IS NULL FROM t WHERE a > 0"
                            + " UNION ALL SELECT a, b, c, 1, -1.5, NULL, true FROM t WHERE a < 0",
                    row -> row.int64(0) + "|" + row.text(1) + "|" + row.int64(2) + "|" + row.uint64(3) + "|"
                            + row.float64(4) + "|" + row.isNull(5) + row.int64(5) + row.text(5));

            assertThat(values)
                    .containsExactly("7||2|-1|0.5|true0", "-9223372036854775808|it's \"x\" ✓ 😀|-1|1|-1.5|true0");
        }
    }

    /** With one thread: each further one needs memory of its own, and at this limit it may not be there. */
    @Test
    void aSortBeyondTheMemoryLimitSpillsIntoScratch() throws Exception {
        Path file = temp.resolve("sorted.parquet");
        try (DuckDbSession session = DuckDbSession.open(temp, new MemoryBudget(SMALL.duckdbBytes(), 1))) {
            session.execute(
                    "COPY (SELECT i, hash(i) AS h, repeat('x', 20) || i AS s FROM range(4000000) t(i) ORDER BY h) TO "
                            + Sql.path(file) + " (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 30720)");

            assertThat(session.query("SELECT count(*) FROM " + Sql.parquet(List.of(file)), row -> row.int64(0)))
                    .containsExactly(4_000_000L);
            assertThat(Files.size(file)).isGreaterThan(SMALL.duckdbBytes());
        }
    }

    @Test
    void tooLittleMemoryIsSaidSo() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, new MemoryBudget(32 << 20, 1))) {
            assertThatThrownBy(
                            () -> session.query("SELECT list(i) AS l FROM range(30000000) t(i)", row -> row.isNull(0)))
                    .isInstanceOfSatisfying(DuckDbException.class, e -> assertThat(e.kind())
                            .isEqualTo(DuckDbException.Kind.OUT_OF_MEMORY))
                    .hasMessageStartingWith("DuckDB is out of memory:")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void errorsAreSortedByWhatCanBeDone() throws Exception {
        Files.writeString(temp.resolve("no.parquet"), "PAR1 nothing PAR1");
        try (DuckDbSession session = DuckDbSession.open(temp, SMALL)) {
            assertKind(session, "SELECT 'x'::INTEGER", DuckDbException.Kind.DATA);
            assertKind(
                    session,
                    "SELECT * FROM " + Sql.parquet(List.of(temp.resolve("no.parquet"))),
                    DuckDbException.Kind.DATA);
            assertKind(session, "SELECT nope", DuckDbException.Kind.STATEMENT);
            assertKind(session, "SELECT nope(1)", DuckDbException.Kind.STATEMENT);
            assertKind(session, "SELEC", DuckDbException.Kind.STATEMENT);
        }
    }

    private static void assertKind(DuckDbSession session, String sql, DuckDbException.Kind kind) {
        assertThatThrownBy(() -> session.query(sql, row -> row.isNull(0)))
                .as(sql)
                .isInstanceOfSatisfying(
                        DuckDbException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageNotContaining("\n");
    }

    @Test
    void anInterruptStopsARunningStatement() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread worker = new Thread(() -> {
            try (DuckDbSession session = DuckDbSession.open(temp, SMALL)) {
                started.countDown();
                session.execute("SELECT sum(hash(a.i + b.i)) FROM range(10000000) a(i), range(10000000) b(i)");
            } catch (DuckDbException | InterruptedException e) {
                thrown.set(e);
            }
        });
        worker.start();
        started.await();
        Thread.sleep(300);

        worker.interrupt();
        worker.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(worker.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void nothingIsLeftInScratchButWhatWasWritten() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, SMALL)) {
            session.execute("SELECT 1");
        }

        assertThat(files(temp)).isEmpty();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Names and texts of any characters come through quoting unharmed. */
    static class Quoting {
        private static DuckDbSession session;

        @BeforeContainer
        static void open() throws Exception {
            session = DuckDbSession.open(Files.createTempDirectory("quoting"), SMALL);
        }

        @AfterContainer
        static void close() throws IOException {
            session.close();
            Files.delete(session.scratch());
        }

        @Property(tries = 200)
        void anyTextIsOneLiteral(@ForAll @CharRange(from = '\1', to = '\u04ff') @StringLength(max = 20) String text)
                throws Exception {
            assertThat(session.query("SELECT " + Sql.literal(text), row -> row.text(0)))
                    .containsExactly(text);
        }

        @Property(tries = 200)
        void anyNameIsOneIdentifier(
                @ForAll @CharRange(from = '\1', to = '\u04ff') @StringLength(min = 1, max = 20) String name)
                throws Exception {
            assertThat(session.query(
                            "SELECT " + Sql.identifier(name) + " FROM (SELECT 5 AS " + Sql.identifier(name) + ")",
                            row -> row.int64(0)))
                    .containsExactly(5L);
        }
    }
}
