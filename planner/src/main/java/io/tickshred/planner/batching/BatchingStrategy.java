package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.ListingType;
import java.util.List;

/**
 * Puts groups of listings into batches. Every group comes whole into exactly one batch; a batch passes no table's caps
 * unless it is one group that alone does, which is flagged; the answer does not depend on the order of the groups.
 */
public interface BatchingStrategy {
    /**
     * Packs.
     *
     * @param groups at least one; each listing once
     * @param caps for each table, in the order of the groups' tables
     * @return batches numbered from 0
     */
    List<PackedBatch> pack(ListingType type, List<ListingGroup> groups, List<BatchCaps> caps);

    /** The strategy that a dataset's file asks for. */
    static BatchingStrategy of(BatchingPolicy policy) {
        return switch (policy.strategy()) {
            case BALANCED -> new BalancedBatching();
            case CONTIGUOUS -> new ContiguousBatching(Integer.MAX_VALUE);
            case FIXED -> new ContiguousBatching(policy.listings());
        };
    }
}
