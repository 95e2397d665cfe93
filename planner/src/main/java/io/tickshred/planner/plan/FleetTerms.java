package io.tickshred.planner.plan;

/**
 * What a planner knows of the fleet that is to run its plans.
 *
 * @param workerMemory bytes that a shred worker has for sorting one chunk; chunks are cut to fit
 * @param prices of the store's requests
 */
public record FleetTerms(long workerMemory, RequestPrices prices) {
    public FleetTerms {
        if (workerMemory < 1) {
            throw new IllegalArgumentException("workerMemory must be at least 1: " + workerMemory);
        }
    }
}
