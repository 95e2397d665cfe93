package io.tickshred.planner.batching;

import java.util.Arrays;

/**
 * What one listing weighs in each table of a plan, in the plan's table order.
 *
 * @param listing as text
 * @param rows rows for each table
 * @param bytes bytes in memory for each table
 */
@SuppressWarnings("ArrayRecordComponent") // a hundred thousand of these: arrays are a third of lists
public record ListingSize(String listing, long[] rows, long[] bytes) {
    public ListingSize {
        if (rows.length == 0 || rows.length != bytes.length) {
            throw new IllegalArgumentException("rows and bytes of listing " + listing + " must be of the same tables: "
                    + rows.length + " and " + bytes.length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListingSize o
                && listing.equals(o.listing)
                && Arrays.equals(rows, o.rows)
                && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
        return listing.hashCode();
    }

    @Override
    public String toString() {
        return listing + " rows " + Arrays.toString(rows) + " bytes " + Arrays.toString(bytes);
    }
}
