package io.tickshred.finalizer;

import io.tickshred.duckdb.MemoryBudget;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How one finalizer instance works.
 *
 * @param worker name of the instance, unique in the fleet while it runs
 * @param slots batches finalized at a time
 * @param scratch directory of its own for spill and mirrors
 * @param budget of each slot
 * @param deliveryLimit deliveries after which a task is failed
 * @param drainTimeout how long a stop waits for the tasks in hand
 */
public record FinalizerSettings(
        String worker, int slots, Path scratch, MemoryBudget budget, int deliveryLimit, Duration drainTimeout) {
    public FinalizerSettings {
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be at least 1: " + slots);
        }
    }
}
