package io.tickshred.store.s3;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Keeps the requests of all threads within one bound and turns futures into results. Waiting for a free place happens
 * here rather than in the HTTP client's queue, whose waits count as failures. Interruptible; what was started is then
 * cancelled.
 */
final class Requests {
    private final Semaphore places;

    Requests(int atOnce) {
        this.places = new Semaphore(atOnce, true);
    }

    /** A request that failed, with the SDK's own exception as the cause. */
    static final class FailedRequest extends Exception {
        private static final long serialVersionUID = 1;
        private final Throwable failure;

        FailedRequest(Throwable failure) {
            super(failure);
            this.failure = failure;
        }

        Throwable failure() {
            return failure;
        }
    }

    <T> T one(Supplier<CompletableFuture<T>> request) throws FailedRequest, InterruptedIOException {
        return await(start(request));
    }

    /** Waits for the answer even if interrupted, for a request whose answer is needed to undo what it did. */
    <T> T oneToTheEnd(Supplier<CompletableFuture<T>> request) throws FailedRequest, InterruptedIOException {
        CompletableFuture<T> started = start(request);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    started.get();
                    return await(started);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return await(started);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Runs requests, so many of them at once. After the first failure no other is started and those that run are
     * cancelled.
     *
     * @return results in the order of the requests
     */
    <T> List<T> all(List<Supplier<CompletableFuture<T>>> requests, int atOnce)
            throws FailedRequest, InterruptedIOException {
        Semaphore window = new Semaphore(atOnce);
        CompletableFuture<Void> failed = new CompletableFuture<>();
        List<CompletableFuture<T>> running = new ArrayList<>();
        try {
            for (Supplier<CompletableFuture<T>> request : requests) {
                acquire(window);
                if (failed.isDone()) {
                    break;
                }
                CompletableFuture<T> started = start(request);
                running.add(started);
                started.whenComplete((result, error) -> {
                    if (error != null) {
                        failed.completeExceptionally(error);
                    }
                    window.release();
                });
            }
            CompletableFuture<Void> done = CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
            await(CompletableFuture.anyOf(failed, done));
            List<T> results = new ArrayList<>();
            for (CompletableFuture<T> future : running) {
                results.add(await(future));
            }
            return results;
        } finally {
            running.forEach(future -> future.cancel(true));
        }
    }

    private <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> request) throws InterruptedIOException {
        acquire(places);
        CompletableFuture<T> future;
        try {
            future = request.get();
        } catch (RuntimeException e) {
            future = CompletableFuture.failedFuture(e);
        }
        future.whenComplete((result, error) -> places.release());
        return future;
    }

    private static void acquire(Semaphore semaphore) throws InterruptedIOException {
        try {
            semaphore.acquire();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws FailedRequest, InterruptedIOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw interrupted();
        } catch (CancellationException e) {
            throw new FailedRequest(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new FailedRequest(cause == null ? e : cause);
        }
    }

    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for S3");
    }
}
