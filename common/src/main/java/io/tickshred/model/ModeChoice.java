package io.tickshred.model;

import java.util.Optional;

/**
 * The mode that a plan runs in, and why; for people.
 *
 * @param mode {@link RunMode#SHRED} or {@link RunMode#NAIVE}
 * @param reads how many times batches that read the sources read the day: bytes of needed columns in the row groups
 *     that each batch's listings can be in, over those of all row groups; empty where nobody asked
 * @param reason in a few words
 */
public record ModeChoice(RunMode mode, Optional<Double> reads, String reason) {
    public ModeChoice {
        if (mode == RunMode.AUTO) {
            throw new IllegalArgumentException("a plan's mode must be shred or naive: " + mode);
        }
    }

    @Override
    public String toString() {
        return mode.name().toLowerCase(java.util.Locale.ROOT) + ", " + reason;
    }
}
