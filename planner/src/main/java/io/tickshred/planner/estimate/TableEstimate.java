package io.tickshred.planner.estimate;

import io.tickshred.planner.scan.FooterVisitor;
import java.util.Map;

/** What one table's objects come to. Visited by several threads, then read by one. */
public interface TableEstimate extends FooterVisitor, AutoCloseable {
    /** Rows and bytes by listing; those outside a given universe are not there. */
    Map<String, ListingCount> listings();

    /** Rows in which the listing column is null. */
    long rowsWithoutListing();

    @Override
    void close();

    /** Rows of a listing in a table, and the bytes that their read columns take in memory. */
    record ListingCount(long rows, long bytes) {
        public ListingCount plus(long moreRows, long moreBytes) {
            return new ListingCount(rows + moreRows, bytes + moreBytes);
        }
    }
}
