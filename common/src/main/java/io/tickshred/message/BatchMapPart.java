package io.tickshred.message;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import java.util.List;

/**
 * One part of a plan's batch map, on the compacted topic {@code batch-maps} under the key {@code plan/part}. A batch
 * may be spread over several parts; its listings then follow on in part order.
 *
 * @param part number of this part from 0
 * @param parts number of parts
 */
public record BatchMapPart(PlanId plan, int part, int parts, ListingType listingType, List<Batch> batches)
        implements Message {
    public BatchMapPart {
        batches = List.copyOf(batches);
        if (part < 0 || part >= parts) {
            throw new IllegalArgumentException("part must lie in 0.." + (parts - 1) + ": " + part);
        }
    }
}
