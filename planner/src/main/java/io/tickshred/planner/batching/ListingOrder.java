package io.tickshred.planner.batching;

import io.tickshred.model.ListingType;
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
        return type == ListingType.INT64 ? Comparator.comparingLong(Long::parseLong) : ListingOrder::byCodePoint;
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

    private static int byCodePoint(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // A surrogate stands for a code point above every other char.
                boolean surrogateX = Character.isSurrogate(x);
                return surrogateX == Character.isSurrogate(y) ? Character.compare(x, y) : surrogateX ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
