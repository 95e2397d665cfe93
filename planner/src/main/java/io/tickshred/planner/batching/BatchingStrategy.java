package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.List;

/**
 * Groups listings into batches. Every listing comes into exactly one batch; a batch passes no table's caps unless it is
 * one listing that alone does, which is flagged; the answer does not depend on the order of the sizes.
 */
public interface BatchingStrategy {
    /**
     * Packs.
     *
     * @param sizes at least one; each listing once
     * @param caps for each table, in the order of the sizes' tables
     * @return batches numbered from 0
     */
    List<PackedBatch> pack(ListingType type, List<ListingSize> sizes, List<BatchCaps> caps);
}
