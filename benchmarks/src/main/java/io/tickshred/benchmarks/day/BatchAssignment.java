package io.tickshred.benchmarks.day;

import java.util.ArrayList;
import java.util.List;

/**
 * Which batch each listing of the reference day belongs to, for a comparison without Tickshred; with it, the peers get
 * the map that Tickshred made. In rank order into the first batch with room, which is what a planner under a row cap
 * comes to.
 *
 * @param batches ListingIds of each batch
 */
public record BatchAssignment(List<List<Long>> batches) {
    public BatchAssignment {
        batches = batches.stream().map(List::copyOf).toList();
    }

    /** A listing with more rows than the cap gets a batch of its own. */
    public static BatchAssignment firstFit(ReferenceUniverse universe, long maxRows) {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be at least 1: " + maxRows);
        }
        List<List<Long>> batches = new ArrayList<>();
        List<Long> rows = new ArrayList<>();
        for (ReferenceListing listing : universe.listings()) {
            if (listing.rows() == 0) {
                continue;
            }
            int batch = 0;
            while (batch < rows.size() && rows.get(batch) + listing.rows() > maxRows) {
                batch++;
            }
            if (batch == rows.size()) {
                rows.add(0L);
                batches.add(new ArrayList<>());
            }
            rows.set(batch, rows.get(batch) + listing.rows());
            batches.get(batch).add(listing.id());
        }
        return new BatchAssignment(batches);
    }
}
