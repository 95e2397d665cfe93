package io.tickshred.transport.kafka;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * One thread that runs handlers, beside the one that keeps the connection to the brokers alive meanwhile. A handler can
 * be interrupted without harm to the client, which an interrupted network thread would be.
 */
final class Workplace implements AutoCloseable {
    private final ExecutorService executor;

    Workplace(String name) {
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts work; after {@link #close} it is cancelled at once. */
    <T> Future<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.cancel(false);
        }
        return task;
    }

    /** Runs work whose end the work itself tells of. */
    void run(Runnable work) {
        executor.execute(work);
    }

    /** Interrupts what runs and lets nothing start any more. */
    @Override
    public void close() {
        for (Runnable waiting : executor.shutdownNow()) {
            if (waiting instanceof FutureTask<?> task) {
                task.cancel(false);
            }
        }
    }
}
