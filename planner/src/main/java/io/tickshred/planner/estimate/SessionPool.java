package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A few DuckDB sessions that many threads take turns at: fetching waits for the network and wants many threads,
 * counting wants a core and memory. All sessions see one directory.
 */
final class SessionPool implements AutoCloseable {
    private static final long SESSION_BYTES = 64L << 20;

    private final MemoryBudget each;
    private final List<Place> places = new ArrayList<>();
    private final BlockingQueue<Place> idle;

    /**
     * Makes a pool; sessions are opened when first needed.
     *
     * @param budget of all sessions together; there are as many as it has threads, if its memory does
     */
    SessionPool(Path root, MemoryBudget budget) {
        int sessions = (int) Math.max(1, Math.min(budget.threads(), budget.duckdbBytes() / SESSION_BYTES));
        this.each = new MemoryBudget(budget.duckdbBytes() / sessions, 1);
        for (int i = 0; i < sessions; i++) {
            places.add(new Place(root, "spill-" + i));
        }
        this.idle = new ArrayBlockingQueue<>(sessions, false, places);
    }

    /** Work for one session. */
    interface Work<T> {
        T run(DuckDbSession session) throws DuckDbException, IOException, InterruptedException;
    }

    <T> T with(Work<T> work) throws DuckDbException, IOException, InterruptedException {
        Place place = idle.take();
        boolean sound = false;
        try {
            T result = work.run(place.session(each));
            sound = true;
            return result;
        } finally {
            if (!sound) {
                // After an internal error DuckDB refuses all further work: the next object must not suffer for this
                // one.
                place.close();
            }
            idle.add(place);
        }
    }

    /** Closes the sessions; nobody may be at work. */
    @Override
    public void close() {
        places.forEach(Place::close);
    }

    /** A place for one session, which is replaced when it is no longer sound. Used by one thread at a time. */
    private static final class Place {
        private final Path directory;
        private final String spill;
        private @Nullable DuckDbSession session;

        Place(Path directory, String spill) {
            this.directory = directory;
            this.spill = spill;
        }

        DuckDbSession session(MemoryBudget budget) throws DuckDbException {
            DuckDbSession open = session == null ? DuckDbSession.open(directory, spill, budget) : session;
            session = open;
            return open;
        }

        void close() {
            DuckDbSession open = session;
            session = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
