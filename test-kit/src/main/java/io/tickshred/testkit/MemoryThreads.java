package io.tickshred.testkit;

import java.util.concurrent.TimeUnit;

/** How threads of the memory transport end. */
final class MemoryThreads {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private MemoryThreads() {}

    /** Waits for a thread that was told to end; keeps the caller's interruption for later. */
    static void join(Thread thread) {
        if (thread == Thread.currentThread()) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (thread.isAlive()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                thread.interrupt();
                break;
            }
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
