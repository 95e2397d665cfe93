package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbEnginesTest {
    private final DuckDbEngines engines = DuckDbEngines.one(new MemoryBudget(64 << 20, 2));

    @TempDir
    Path temp;

    @Test
    void aTurnIsWaitedForUntilASessionIsClosed() throws Exception {
        DuckDbSession first = engines.open(temp.resolve("a"));
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(this::threads);

        assertThatThrownBy(() -> second.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        first.close();

        assertThat(second).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1L);
    }

    @Test
    void aSessionThatCannotBeOpenedGivesItsTurnBackAndClosingTwiceGivesOne() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "in the way");
        assertThatThrownBy(() -> engines.open(file.resolve("below"))).isInstanceOf(DuckDbException.class);

        DuckDbSession session = engines.open(temp.resolve("a"));
        session.close();
        session.close();
        DuckDbSession one = engines.open(temp.resolve("b"));
        CompletableFuture<Long> other = CompletableFuture.supplyAsync(this::threads);

        assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        one.close();
        assertThat(other).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1L);
    }

    @Test
    void theThreadsThatNoOtherTaskWillUseAreTheLastOnes() throws Exception {
        DuckDbEngines two = new DuckDbEngines(2, new MemoryBudget(64 << 20, 1));
        assertThat(threadsOf(two)).isEqualTo(1L);

        DuckDbEngines.InHand first = two.begin();
        assertThat(threadsOf(two)).isEqualTo(2L);
        DuckDbEngines.InHand second = two.begin();
        DuckDbEngines.InHand third = two.begin();
        assertThat(threadsOf(two)).isEqualTo(1L);
        third.close();
        third.close();
        assertThat(threadsOf(two)).isEqualTo(1L);
        second.close();
        assertThat(threadsOf(two)).isEqualTo(2L);
        try (DuckDbSession single = two.openSingleThreaded(temp)) {
            assertThat(single.query("SELECT current_setting('threads')", row -> row.int64(0)))
                    .containsExactly(1L);
        }
        first.close();
        assertThat(threadsOf(two)).isEqualTo(1L);
    }

    private long threadsOf(DuckDbEngines some) throws Exception {
        try (DuckDbSession session = some.open(temp)) {
            return session.query("SELECT current_setting('threads')", row -> row.int64(0))
                    .get(0);
        }
    }

    @Test
    void whatASessionSpillsIsCountedWhenItIsClosed() throws Exception {
        try (DuckDbSession small = engines.open(temp.resolve("a"))) {
            small.query("SELECT sum(range) FROM range(1000)", row -> row.int64(0));
        }
        long none = engines.spilledBytes();
        try (DuckDbSession large = engines.open(temp.resolve("b"))) {
            large.execute("CREATE TABLE t AS SELECT hash(range) h, 'some text to sort with ' || range s"
                    + " FROM range(3000000) ORDER BY h");
        }

        assertThat(none).isZero();
        assertThat(engines.spilledBytes()).isGreaterThan(10 << 20);
    }

    @Test
    void whatDoesNotFitInMemoryIsCountedAsSpilledWhenItsSessionCloses() throws Exception {
        String sorted = "COPY (SELECT hash(i) AS h, i, 'text ' || hash(i + 1) AS t FROM range(%d) r(i) ORDER BY h) TO '"
                + temp.resolve("out.parquet") + "' (FORMAT parquet)";
        try (DuckDbSession session = engines.open(temp)) {
            session.execute(sorted.formatted(1000));
            assertThat(session.spilledBytes()).isZero();
        }
        assertThat(engines.spilledBytes()).isZero();

        try (DuckDbSession session = engines.openSingleThreaded(temp)) {
            session.execute(sorted.formatted(1_500_000));
            session.execute(sorted.formatted(1000));
            assertThat(session.spilledBytes()).isGreaterThan(1 << 20);
        }

        assertThat(engines.spilledBytes()).isGreaterThan(1 << 20);
    }

    /** A list that no spilling makes smaller, for more than one thread alone. */
    private static long work(DuckDbSession session) throws DuckDbException, InterruptedException {
        long threads = session.query("SELECT current_setting('threads')", row -> row.int64(0))
                .get(0);
        if (threads > 1) {
            session.query("SELECT len(list(range)) FROM range(50000000)", row -> row.int64(0));
        }
        return threads;
    }

    @Test
    void whatTakesTooMuchMemoryIsDoneAgainWithOneThread() throws Exception {
        List<DuckDbException.Kind> told = new ArrayList<>();

        long threads = engines.withinMemory(
                sessions -> {
                    try (DuckDbSession session = sessions.open(temp)) {
                        return work(session);
                    }
                },
                failure -> told.add(failure.kind()));

        assertThat(threads).isEqualTo(1);
        assertThat(told).containsExactly(DuckDbException.Kind.OUT_OF_MEMORY);
    }

    @Test
    void whatOneThreadCannotDoIsNotDoneAgain() {
        DuckDbEngines two = new DuckDbEngines(2, new MemoryBudget(64 << 20, 1));
        AtomicInteger attempts = new AtomicInteger();

        try (DuckDbEngines.InHand first = two.begin();
                DuckDbEngines.InHand second = two.begin()) {
            assertThatThrownBy(() -> two.withinMemory(
                            sessions -> {
                                attempts.incrementAndGet();
                                try (DuckDbSession session = sessions.open(temp)) {
                                    return session.query(
                                            "SELECT len(list(range)) FROM range(30000000)", row -> row.int64(0));
                                }
                            },
                            failure -> {}))
                    .isInstanceOfSatisfying(DuckDbException.class, e -> assertThat(e.kind())
                            .isEqualTo(DuckDbException.Kind.OUT_OF_MEMORY));
        }

        assertThat(attempts).hasValue(1);
    }

    @Test
    void whatFailsForAnotherReasonIsNotDoneAgain() {
        AtomicInteger attempts = new AtomicInteger();

        assertThatThrownBy(() -> engines.withinMemory(
                        sessions -> {
                            attempts.incrementAndGet();
                            try (DuckDbSession session = sessions.open(temp)) {
                                return session.query("SELECT nonsense", row -> row.int64(0));
                            }
                        },
                        failure -> attempts.incrementAndGet()))
                .isInstanceOf(DuckDbException.class);
        assertThat(attempts).hasValue(1);
    }

    private long threads() {
        try (DuckDbSession session = engines.openSingleThreaded(temp.resolve("c"))) {
            return session.query("SELECT current_setting('threads')", row -> row.int64(0))
                    .get(0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
