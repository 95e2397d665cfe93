package io.tickshred.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which batch each listing belongs to: every listing in exactly one batch, the same for all tables of a day. */
public record BatchMap(ListingType listingType, List<Batch> batches) {
    public BatchMap {
        batches = List.copyOf(batches);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < batches.size(); i++) {
            if (batches.get(i).number() != i) {
                throw new IllegalArgumentException("batches must be numbered from 0 without a gap: found "
                        + batches.get(i).number() + " at " + i);
            }
            for (String listing : batches.get(i).listings()) {
                if (!seen.add(listing)) {
                    throw new IllegalArgumentException("listing " + listing + " is in two batches");
                }
            }
        }
    }
}
