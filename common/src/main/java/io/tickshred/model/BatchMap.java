package io.tickshred.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which batch each listing belongs to: every listing in exactly one batch, the same for all tables of a day.
 *
 * @param tables the source columns of each table on the day; a plan of an older version has none
 */
public record BatchMap(ListingType listingType, List<Batch> batches, List<TableColumns> tables) {
    public BatchMap {
        batches = List.copyOf(batches);
        tables = List.copyOf(tables);
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

    /** A map without its tables' columns. */
    public BatchMap(ListingType listingType, List<Batch> batches) {
        this(listingType, batches, List.of());
    }

    /** The source columns of a table on the day, where the plan says them. */
    public Optional<TableColumns> table(String table) {
        return tables.stream().filter(t -> t.table().equals(table)).findFirst();
    }
}
