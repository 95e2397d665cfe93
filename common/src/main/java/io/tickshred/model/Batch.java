package io.tickshred.model;

import java.util.List;
import java.util.Optional;

/**
 * One batch of the batch map.
 *
 * @param number from 0
 * @param listings in listing order, as text
 * @param estimatedRows rows of each table of the plan, in its order, as the planner expects them; empty where it said
 *     nothing
 * @param estimatedBytes that these rows take in memory, likewise
 */
public record Batch(
        int number, List<String> listings, Optional<List<Long>> estimatedRows, Optional<List<Long>> estimatedBytes) {
    public Batch {
        listings = List.copyOf(listings);
        estimatedRows = estimatedRows.map(List::copyOf);
        estimatedBytes = estimatedBytes.map(List::copyOf);
        if (number < 0) {
            throw new IllegalArgumentException("a batch's number must not be negative: " + number);
        }
    }

    /** A batch of whose bytes nothing is expected. */
    public Batch(int number, List<String> listings, Optional<List<Long>> estimatedRows) {
        this(number, listings, estimatedRows, Optional.empty());
    }

    /** The same batch with these of its listings. */
    public Batch of(List<String> some) {
        return new Batch(number, some, estimatedRows, estimatedBytes);
    }

    /** A batch of which nothing is expected. */
    public Batch(int number, List<String> listings) {
        this(number, listings, Optional.empty());
    }
}
