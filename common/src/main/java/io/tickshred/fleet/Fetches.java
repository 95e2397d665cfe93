package io.tickshred.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs an instance's transfers, some at a time, shared by its slots. */
public final class Fetches implements AutoCloseable {
    private static final int AT_A_TIME = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, work -> {
        Thread thread = new Thread(work, "fetch");
        thread.setDaemon(true);
        return thread;
    });

    /** A transfer that makes something of an item. */
    public interface Fetch<T, R> {
        R fetch(T item) throws TaskException, InterruptedException;
    }

    /**
     * Fetches all items and returns the results in their order. At the first failure or an interrupt the rest is
     * stopped; no transfer is running any more when this returns.
     */
    public <T, R> List<R> all(List<T> items, Fetch<T, R> fetch) throws TaskException, InterruptedException {
        Group group = new Group();
        List<Future<R>> futures = new ArrayList<>();
        try {
            for (T item : items) {
                futures.add(threads.submit(() -> {
                    group.begin();
                    try {
                        return fetch.fetch(item);
                    } finally {
                        group.end();
                    }
                }));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TaskException failure) {
                throw failure;
            } else if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            futures.forEach(future -> future.cancel(true));
            group.stop();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** The transfers of one call that are running. */
    private static final class Group {
        private int running;
        private boolean stopped;

        synchronized void begin() {
            if (stopped) {
                throw new CancellationException("stopped");
            }
            running++;
        }

        synchronized void end() {
            running--;
            notifyAll();
        }

        /** Lets no further transfer begin and waits for those that run, which have been interrupted. */
        synchronized void stop() {
            stopped = true;
            boolean interrupted = false;
            while (running > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
