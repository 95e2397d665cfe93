package io.tickshred.planner.batching;

import io.tickshred.model.Batch;

/**
 * A batch and whether it passes a cap.
 *
 * @param batch its number, and its listings in listing order
 * @param oversized true for one listing that alone weighs more than a batch may
 */
public record PackedBatch(Batch batch, boolean oversized) {
    public PackedBatch {
        if (oversized && batch.listings().size() != 1) {
            throw new IllegalArgumentException("an oversized batch must be one listing: batch " + batch.number()
                    + " has " + batch.listings().size());
        }
    }
}
