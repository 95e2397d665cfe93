package io.tickshred.standalone;

import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import java.nio.file.Path;

/**
 * How a fleet in one JVM works.
 *
 * @param directory of its own, for the broker's data and for scratch
 * @param kafkaPort 0 for any free one
 * @param workers slots of the shred worker, and as many of the finalizer
 * @param engines what all services take turns at
 */
public record LocalFleetSettings(
        Path directory, int kafkaPort, int workers, DuckDbEngines engines, S3Configuration s3) {
    public LocalFleetSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1: " + workers);
        }
    }
}
