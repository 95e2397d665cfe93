package io.tickshred.planner.naive;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.batching.ListingOrder;
import io.tickshred.planner.naive.ListingBounds.Bound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which batches a row group can hold a row of, by the least and greatest listing in it. The same row groups that
 * pruning by a batch's listings keeps, found for all batches at once.
 */
final class BatchReach {
    /** Row groups repeat their bounds where every one holds all listings, and are many then. */
    private static final int REMEMBERED = 10_000;

    private final Comparator<String> order;
    private final String[] listings;
    /** Places of each batch's listings among all, rising. */
    private final int[][] places;

    private final BitSet all;
    private final boolean anywhere;
    private final Map<Long, BitSet> known = new HashMap<>();

    /**
     * Reach of the batches of a plan.
     *
     * @param unlisted if listings that no batch names are adopted, any batch may adopt one, wherever it is
     */
    BatchReach(ListingType type, List<Batch> batches, Unlisted unlisted) {
        this.order = ListingOrder.of(type);
        this.anywhere = unlisted == Unlisted.ADOPTED;
        record Member(String listing, int batch) {}
        List<Member> members = new ArrayList<>();
        batches.forEach(batch -> batch.listings().forEach(listing -> members.add(new Member(listing, batch.number()))));
        members.sort(Comparator.comparing(Member::listing, order));
        listings = members.stream().map(Member::listing).toArray(String[]::new);
        places = new int[batches.size()][];
        int[] used = new int[batches.size()];
        batches.forEach(
                batch -> places[batch.number()] = new int[batch.listings().size()]);
        for (int place = 0; place < members.size(); place++) {
            int batch = members.get(place).batch();
            places[batch][used[batch]++] = place;
        }
        all = new BitSet(batches.size());
        all.set(0, batches.size());
    }

    /** The batches that a row group with rows can hold a row of. Not to be changed. */
    BitSet of(Bound bound) {
        if (anywhere || bound.least().isEmpty() || bound.greatest().isEmpty()) {
            return all;
        }
        int from;
        int to;
        try {
            from = place(bound.least().get(), false);
            to = place(bound.greatest().get(), true);
        } catch (NumberFormatException e) {
            return all; // as pruning does: what cannot be compared can be anything
        }
        if (known.size() >= REMEMBERED) {
            known.clear();
        }
        return known.computeIfAbsent((long) from << Integer.SIZE | to, ends -> between(from, to));
    }

    private BitSet between(int from, int to) {
        BitSet reached = new BitSet(places.length);
        for (int batch = 0; batch < places.length; batch++) {
            int found = Arrays.binarySearch(places[batch], from);
            int next = found < 0 ? -found - 1 : found;
            if (next < places[batch].length && places[batch][next] < to) {
                reached.set(batch);
            }
        }
        return reached;
    }

    private int place(String listing, boolean after) {
        int found = Arrays.binarySearch(listings, listing, order);
        return found < 0 ? -found - 1 : after ? found + 1 : found;
    }
}
