package io.tickshred.model;

import java.util.Optional;

/**
 * How a dataset's listings are grouped into batches.
 *
 * @param listings the most listings of a batch, for {@link Strategy#FIXED}
 * @param groupBy column of the universe: listings with the same value stay in one batch
 */
public record BatchingPolicy(Strategy strategy, int listings, Optional<String> groupBy) {
    public static final BatchingPolicy BALANCED = new BatchingPolicy(Strategy.BALANCED, 1, Optional.empty());

    /** By what rule listings are put together. */
    public enum Strategy {
        /** As few batches as best-fit decreasing needs, then as even as that number allows. */
        BALANCED,
        /** In listing order, so that a batch is a range of listings. */
        CONTIGUOUS,
        /** In listing order, a given number of listings in each batch. */
        FIXED
    }

    public BatchingPolicy {
        if (listings < 1) {
            throw new IllegalArgumentException("a batch must hold at least one listing: " + listings);
        }
    }
}
