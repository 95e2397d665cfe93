package io.tickshred.planner;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.planner.plan.RequestPrices;
import java.nio.file.Path;

/**
 * How a planner works.
 *
 * @param instance name of the instance, unique in the fleet while it runs
 * @param scratch directory of its own for mirrors and spill, emptied at start
 * @param budget of all that DuckDB does for one day's planning
 * @param footerThreads objects that are read at a time; they wait for the store mostly
 * @param workerMemory bytes that a shred worker has for sorting one chunk; chunks are cut to fit
 * @param prices of requests, for previews
 */
public record PlannerSettings(
        String instance,
        Path scratch,
        MemoryBudget budget,
        int footerThreads,
        long workerMemory,
        RequestPrices prices) {
    public PlannerSettings {
        if (footerThreads < 1) {
            throw new IllegalArgumentException("footerThreads must be at least 1: " + footerThreads);
        }
        if (workerMemory < 1) {
            throw new IllegalArgumentException("workerMemory must be at least 1: " + workerMemory);
        }
    }
}
