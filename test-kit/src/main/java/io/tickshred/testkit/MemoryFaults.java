package io.tickshred.testkit;

import java.util.SplittableRandom;

/**
 * Faults that a {@link MemoryBroker} makes by chance, the same ones for the same seed and order of calls. Thread-safe.
 *
 * @param seed print it when a test fails
 * @param duplicateDelivery how likely a task is handed to a second slot while the first works on it, as after a lost
 *     lock
 * @param lostAccept how likely an accepted task comes back, as when the worker dies before its acknowledgement arrives
 * @param reordering how likely a task of a queue is put behind others
 * @param abortedCommit how likely a coordinator's transaction is aborted after its record was handled
 */
public record MemoryFaults(
        long seed, double duplicateDelivery, double lostAccept, double reordering, double abortedCommit) {
    public MemoryFaults {
        requireProbability("duplicateDelivery", duplicateDelivery);
        requireProbability("lostAccept", lostAccept);
        requireProbability("reordering", reordering);
        requireProbability("abortedCommit", abortedCommit);
    }

    public static MemoryFaults none() {
        return new MemoryFaults(0, 0, 0, 0, 0);
    }

    /** All faults at once, often enough that a hundred tasks meet each of them. */
    public static MemoryFaults seeded(long seed) {
        return new MemoryFaults(seed, 0.1, 0.1, 0.2, 0.1);
    }

    Dice dice() {
        return new Dice(new SplittableRandom(seed));
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be at least 0 and less than 1: " + value);
        }
    }

    /** Throws for the faults. */
    static final class Dice {
        private final SplittableRandom random;

        private Dice(SplittableRandom random) {
            this.random = random;
        }

        synchronized boolean hits(double probability) {
            return probability > 0 && random.nextDouble() < probability;
        }

        synchronized int below(int bound) {
            return random.nextInt(bound);
        }
    }
}
