package io.tickshred.message;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableColumns;
import java.util.List;
import java.util.Optional;

/**
 * One part of a plan's batch map, on the compacted topic {@code batch-maps} under the key {@code plan/part}. A batch
 * may be spread over several parts; its listings then follow on in part order.
 *
 * @param part number of this part from 0
 * @param parts number of parts
 * @param tables source columns of some tables on the day, each table in one part; absent where none are in this part
 */
public record BatchMapPart(
        PlanId plan,
        int part,
        int parts,
        ListingType listingType,
        List<Batch> batches,
        Optional<List<TableColumns>> tables)
        implements Message {
    public BatchMapPart {
        batches = List.copyOf(batches);
        tables = tables.map(List::copyOf);
        if (part < 0 || part >= parts) {
            throw new IllegalArgumentException("part must lie in 0.." + (parts - 1) + ": " + part);
        }
    }

    /** A part with batches alone. */
    public BatchMapPart(PlanId plan, int part, int parts, ListingType listingType, List<Batch> batches) {
        this(plan, part, parts, listingType, batches, Optional.empty());
    }
}
