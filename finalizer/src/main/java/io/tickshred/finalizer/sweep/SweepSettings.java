package io.tickshred.finalizer.sweep;

import java.time.Duration;

/**
 * How a finalizer sweeps by itself.
 *
 * @param delete false to log alone what would go
 * @param every length of the periods in each of which each dataset is swept once
 */
public record SweepSettings(boolean delete, Duration every, SweepRules rules) {
    public SweepSettings {
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("every must be at least a second: " + every);
        }
    }
}
