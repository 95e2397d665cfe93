package io.tickshred.planner.batching;

import io.tickshred.model.ListingType;
import io.tickshred.parquet.Pruning;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The order of listings, the same as DuckDB sorts them in the output: integers by value, strings by their UTF-8 bytes
 * (which is the order of code points, not that of {@link String#compareTo}).
 */
public final class ListingOrder {
    private ListingOrder() {}

    public static Comparator<String> of(ListingType type) {
        return type == ListingType.INT64 ? Comparator.comparingLong(Long::parseLong) : Pruning.UTF8_ORDER;
    }

    /** Sorts; each listing is read once, however often it is compared. */
    static List<String> sorted(ListingType type, Collection<String> listings) {
        return sorted(type, listings, listing -> listing);
    }

    /** Sorts by a listing of each. */
    static <T> List<T> sorted(ListingType type, Collection<T> items, Function<T, String> listing) {
        if (type == ListingType.STRING) {
            return items.stream()
                    .sorted(Comparator.comparing(listing, of(type)))
                    .toList();
        }
        return items.stream()
                .map(item -> new Numbered<>(Long.parseLong(listing.apply(item)), item))
                .sorted(Comparator.comparingLong(Numbered::number))
                .map(Numbered::item)
                .toList();
    }

    private record Numbered<T>(long number, T item) {}
}
