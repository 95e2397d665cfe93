package io.tickshred.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What of a published day is deleted, and when. Deleted batches stay in the manifest, with their proofs, and the
 * manifest says that they were deleted.
 *
 * @param keepBatchesDays how many days after publication the batches are kept; 0 until the metrics are done; empty for
 *     ever
 */
public record CleanupPolicy(Optional<Integer> keepBatchesDays) {
    /** What no sweep may undercut: longer than any task is away from its plan, and any request under way. */
    public static final Duration LEAST_AGE = Duration.ofHours(6);

    public static final CleanupPolicy KEEP = new CleanupPolicy(Optional.empty());

    public CleanupPolicy {
        if (keepBatchesDays.filter(days -> days < 0).isPresent()) {
            throw new IllegalArgumentException("days to keep batches must not be negative: " + keepBatchesDays.get());
        }
    }

    /** Whether batches go as soon as the day's metrics are there. */
    public boolean untilMetricsAreDone() {
        return keepBatchesDays.filter(days -> days == 0).isPresent();
    }

    /** As the dataset's file says it. */
    @Override
    public String toString() {
        return "keepBatches: "
                + keepBatchesDays
                        .map(days -> days == 0 ? "false" : days + " days")
                        .orElse("true");
    }
}
