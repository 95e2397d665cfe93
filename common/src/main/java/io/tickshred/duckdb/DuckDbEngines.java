package io.tickshred.duckdb;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * The DuckDBs that a process runs at a time. One thread each does the most, as long as the memory of each holds what it
 * sorts: with less of it, fewer with several threads do better than many that spill. So tasks take turns at them, in
 * the order in which they ask, and do the rest of their work, which waits for stores mostly, beside each other.
 * Thread-safe.
 */
public final class DuckDbEngines {
    private final int count;
    private final MemoryBudget each;
    private final Semaphore turns;
    private final AtomicInteger inHand = new AtomicInteger();
    private final LongAdder spilled = new LongAdder();

    public DuckDbEngines(int count, MemoryBudget each) {
        if (count < 1) {
            throw new IllegalArgumentException("engines must be at least 1: " + count);
        }
        this.count = count;
        this.each = each;
        this.turns = new Semaphore(count, true);
    }

    /** One DuckDB with this budget. */
    public static DuckDbEngines one(MemoryBudget budget) {
        return new DuckDbEngines(1, budget);
    }

    public int count() {
        return count;
    }

    /** What each of them may use. */
    public MemoryBudget each() {
        return each;
    }

    /** Bytes that sessions closed so far had on scratch disk at their peak, because their memory did not hold them. */
    public long spilledBytes() {
        return spilled.sum();
    }

    /** A task that is being done, from its start to its end, with sessions open or without. */
    public interface InHand extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Tells that a task is being done. Where there are fewer such tasks than DuckDBs, as at the end of a day, sessions
     * opened then share the threads that nobody else will use. Tasks that do not tell have the threads of one DuckDB.
     */
    public InHand begin() {
        inHand.incrementAndGet();
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                inHand.decrementAndGet();
            }
        };
    }

    /** Threads for the next session: the same statements give the same bytes with any number. */
    private int threads() {
        int tasks = inHand.get();
        return tasks < 1 || tasks >= count ? each.threads() : each.threads() * count / tasks;
    }

    /** Waits for a turn and opens a session, which holds the turn until it is closed. */
    public DuckDbSession open(Path scratch) throws DuckDbException, InterruptedException {
        return open(scratch, this::threads);
    }

    /** As {@link #open(Path)}, for what needs too much memory with all threads. */
    public DuckDbSession openSingleThreaded(Path scratch) throws DuckDbException, InterruptedException {
        return open(scratch, () -> 1);
    }

    /** Opens sessions with as many threads as an attempt is to have. */
    public interface Opener {
        DuckDbSession open(Path scratch) throws DuckDbException, InterruptedException;
    }

    /** Work that may be done again from its start. */
    public interface Attempt<T, E extends Exception, F extends Exception> {
        T with(Opener sessions) throws DuckDbException, InterruptedException, E, F;
    }

    /** Tells that an attempt took too much memory, and clears away what it left. */
    public interface Again<E extends Exception> {
        void because(DuckDbException failure) throws E;
    }

    /**
     * Does work with all threads, and where these take too much memory with one: sorting needs memory for each thread,
     * and gives the same bytes with any number of them.
     *
     * @param again called before the attempt with one thread
     */
    public <T, E extends Exception, F extends Exception> T withinMemory(Attempt<T, E, F> attempt, Again<E> again)
            throws DuckDbException, InterruptedException, E, F {
        AtomicInteger most = new AtomicInteger();
        try {
            return attempt.with(scratch -> open(scratch, () -> most.accumulateAndGet(threads(), Math::max)));
        } catch (DuckDbException e) {
            if (e.kind() != DuckDbException.Kind.OUT_OF_MEMORY || most.get() == 1) {
                throw e;
            }
            again.because(e);
        }
        return attempt.with(this::openSingleThreaded);
    }

    private DuckDbSession open(Path scratch, IntSupplier threads) throws DuckDbException, InterruptedException {
        turns.acquire();
        boolean opened = false;
        try {
            MemoryBudget budget = new MemoryBudget(each.duckdbBytes(), threads.getAsInt());
            DuckDbSession session = DuckDbSession.open(scratch, budget, spilledBytes -> {
                spilled.add(spilledBytes);
                turns.release();
            });
            opened = true;
            return session;
        } finally {
            if (!opened) {
                turns.release();
            }
        }
    }
}
