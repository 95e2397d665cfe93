package io.tickshred.planner.batching;

import io.tickshred.model.ListingType;
import java.util.Comparator;

/**
 * The order of listings, the same as DuckDB sorts them in the output: integers by value, strings by their UTF-8 bytes
 * (which is the order of code points, not that of {@link String#compareTo}).
 */
public final class ListingOrder {
    private ListingOrder() {}

    public static Comparator<String> of(ListingType type) {
        return type == ListingType.INT64 ? Comparator.comparingLong(Long::parseLong) : ListingOrder::byCodePoint;
    }

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
