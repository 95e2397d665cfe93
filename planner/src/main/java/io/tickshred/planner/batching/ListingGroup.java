package io.tickshred.planner.batching;

import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Listings that stay in one batch, mostly one alone, and what they weigh together in each table.
 *
 * @param home where their rows are, where that is known; those of one home are better together
 * @param listings in listing order, at least one
 * @param rows rows for each table
 * @param bytes bytes in memory for each table
 */
@SuppressWarnings("ArrayRecordComponent") // a hundred thousand of these: arrays are a third of lists
public record ListingGroup(List<String> listings, long[] rows, long[] bytes, String home) {
    private static final String NOWHERE = "";

    public ListingGroup {
        listings = List.copyOf(listings);
        if (listings.isEmpty()) {
            throw new IllegalArgumentException("a group must have at least one listing");
        }
    }

    /** The same group in another place. */
    public ListingGroup at(String place) {
        return new ListingGroup(listings, rows, bytes, place);
    }

    /** Each listing by itself. */
    public static List<ListingGroup> single(List<ListingSize> sizes) {
        return sizes.stream()
                .map(size -> new ListingGroup(List.of(size.listing()), size.rows(), size.bytes(), NOWHERE))
                .toList();
    }

    /**
     * Puts together the listings that have a value in common.
     *
     * @param valueOf the value of a listing; a listing without one stays alone
     * @return groups in no order that depends on the order of the sizes
     */
    public static List<ListingGroup> by(
            Function<String, Optional<String>> valueOf, ListingType type, List<ListingSize> sizes) {
        Comparator<String> order = ListingOrder.of(type);
        List<ListingGroup> groups = new ArrayList<>();
        Map<String, List<ListingSize>> together = new TreeMap<>();
        for (ListingSize size : sizes) {
            Optional<String> value = valueOf.apply(size.listing());
            if (value.isPresent()) {
                together.computeIfAbsent(value.get(), v -> new ArrayList<>()).add(size);
            } else {
                groups.addAll(single(List.of(size)));
            }
        }
        for (List<ListingSize> members : together.values()) {
            members.sort(Comparator.comparing(ListingSize::listing, order));
            groups.add(sum(members));
        }
        groups.sort(Comparator.comparing(ListingGroup::first, order));
        return groups;
    }

    private static ListingGroup sum(List<ListingSize> members) {
        int tables = members.get(0).rows().length;
        long[] rows = new long[tables];
        long[] bytes = new long[tables];
        for (ListingSize member : members) {
            for (int t = 0; t < tables; t++) {
                rows[t] = Load.sum(rows[t], member.rows()[t]);
                bytes[t] = Load.sum(bytes[t], member.bytes()[t]);
            }
        }
        return new ListingGroup(members.stream().map(ListingSize::listing).toList(), rows, bytes, NOWHERE);
    }

    /** The first of its listings, which no other group has. */
    public String first() {
        return listings.get(0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListingGroup o
                && listings.equals(o.listings)
                && home.equals(o.home)
                && Arrays.equals(rows, o.rows)
                && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
        return listings.hashCode();
    }

    @Override
    public String toString() {
        return listings + " rows " + Arrays.toString(rows) + " bytes " + Arrays.toString(bytes);
    }
}
