package io.tickshred.shred;

import io.tickshred.duckdb.MemoryBudget;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How one worker instance works.
 *
 * @param worker name of the instance, unique in the fleet while it runs
 * @param slots chunks shredded at a time
 * @param scratch directory of its own for mirrors, runs and spill; cleared at the start
 * @param budget of each slot
 * @param deliveryLimit deliveries after which a task is failed
 * @param drainTimeout how long a stop waits for the tasks in hand
 */
public record ShredSettings(
        String worker, int slots, Path scratch, MemoryBudget budget, int deliveryLimit, Duration drainTimeout) {
    public ShredSettings {
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be at least 1: " + slots);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("deliveryLimit must be at least 1: " + deliveryLimit);
        }
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("drainTimeout must not be negative: " + drainTimeout);
        }
    }
}
