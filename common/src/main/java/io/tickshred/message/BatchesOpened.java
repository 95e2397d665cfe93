package io.tickshred.message;

import io.tickshred.model.SourcesHash;
import java.util.Optional;

/**
 * The batches of a day are out: the first record of the plan on {@code batch-results}, where the batch ledger folds it.
 * Written by the fan-out of a complete day, or in the naive mode by the planner.
 *
 * @param sources hash of all sources of the plan, in which each whole object counts as of chunk 0; the shares that the
 *     batches report must add up to them. Absent where the day was shredded
 */
public record BatchesOpened(DayComplete day, Optional<SourcesHash> sources) implements Message {
    /** The batches of a day that was shredded. */
    public BatchesOpened(DayComplete day) {
        this(day, Optional.empty());
    }
}
