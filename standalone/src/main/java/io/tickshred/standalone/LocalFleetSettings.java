package io.tickshred.standalone;

import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.MemoryBudget;
import java.nio.file.Path;

/**
 * How a fleet in one JVM works.
 *
 * @param directory of its own, for the broker's data and for scratch
 * @param kafkaPort 0 for any free one
 * @param workers slots of the shred worker, and as many of the finalizer
 * @param budget of each slot, and of the planner
 */
public record LocalFleetSettings(Path directory, int kafkaPort, int workers, MemoryBudget budget, S3Configuration s3) {
    public LocalFleetSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1: " + workers);
        }
    }
}
