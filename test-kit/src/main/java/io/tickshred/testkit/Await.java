package io.tickshred.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what happens on other threads, with a limit and a useful message. */
public final class Await {
    /** Generous, for loaded machines: only a failing test waits so long. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long STEP_MILLIS = 10;

    private Await() {}

    /** Waits until the condition holds; fails with what is found when it does not in time. */
    public static void until(String what, BooleanSupplier condition, Supplier<?> found) throws InterruptedException {
        until(what, PATIENCE, condition, found);
    }

    /** The same with another patience, for what takes minutes. */
    public static void until(String what, Duration patience, BooleanSupplier condition, Supplier<?> found)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        "not within " + patience.toSeconds() + " s: " + what + "; found " + found.get());
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        until(what, condition, () -> "nothing more");
    }
}
