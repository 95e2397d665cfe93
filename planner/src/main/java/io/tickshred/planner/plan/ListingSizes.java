package io.tickshred.planner.plan;

import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.estimate.TableEstimate.ListingCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts the tables' estimates together, listing by listing. */
final class ListingSizes {
    private final int tables;
    private final Map<String, ListingSize> byListing = new HashMap<>();

    /**
     * Starts empty, or with a universe's listings: they are all in the batch map, also those that no row was counted
     * for, since an estimate must not decide what is in a day.
     */
    ListingSizes(int tables, Optional<Set<String>> universe) {
        this.tables = tables;
        universe.ifPresent(listings -> listings.forEach(this::size));
    }

    void add(int table, Map<String, ListingCount> counts) {
        counts.forEach((listing, count) -> {
            ListingSize size = size(listing);
            size.rows()[table] += count.rows();
            size.bytes()[table] += count.bytes();
        });
    }

    List<ListingSize> all() {
        return new ArrayList<>(byListing.values());
    }

    private ListingSize size(String listing) {
        return byListing.computeIfAbsent(listing, l -> new ListingSize(l, new long[tables], new long[tables]));
    }
}
