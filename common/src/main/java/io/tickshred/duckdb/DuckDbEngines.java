package io.tickshred.duckdb;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The DuckDBs that a process runs at a time. A few with much memory and several threads do more than many with little:
 * what fits in memory is sorted without spilling. So tasks take turns at them, in the order in which they ask, and do
 * the rest of their work, which waits for stores mostly, beside each other. Thread-safe.
 */
public final class DuckDbEngines {
    private final int count;
    private final MemoryBudget each;
    private final Semaphore turns;
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

    /** Waits for a turn and opens a session, which holds the turn until it is closed. */
    public DuckDbSession open(Path scratch) throws DuckDbException, InterruptedException {
        return open(scratch, each);
    }

    /** As {@link #open(Path)}, for what needs too much memory with all threads. */
    public DuckDbSession openSingleThreaded(Path scratch) throws DuckDbException, InterruptedException {
        return open(scratch, new MemoryBudget(each.duckdbBytes(), 1));
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
        try {
            return attempt.with(this::open);
        } catch (DuckDbException e) {
            if (e.kind() != DuckDbException.Kind.OUT_OF_MEMORY || each.threads() == 1) {
                throw e;
            }
            again.because(e);
        }
        return attempt.with(this::openSingleThreaded);
    }

    private DuckDbSession open(Path scratch, MemoryBudget budget) throws DuckDbException, InterruptedException {
        turns.acquire();
        boolean opened = false;
        try {
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
