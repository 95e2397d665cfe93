package io.tickshred.planner.estimate;

import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.FooterVisitor;
import io.tickshred.planner.scan.ListingFolders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one table's objects come to. Visited by several threads, then read by one. */
public interface TableEstimate extends FooterVisitor, AutoCloseable {
    /**
     * Rows and bytes by listing, as far as they are known; those outside a given universe may or may not be there.
     * Unless {@link #exact}, bytes count for nothing, and rows but in relation to each other.
     */
    Map<String, ListingCount> listings();

    /** Whether every row was counted. */
    boolean exact();

    /** Whether there is an estimate of this table at all. */
    default boolean known() {
        return true;
    }

    /** Rows in which the listing column is null, as far as they were counted. */
    default long rowsWithoutListing() {
        return 0;
    }

    /** Where the listings are, if every row was counted. */
    default Optional<ListingFolders> folders() {
        return Optional.empty();
    }

    @Override
    default List<PlanException> finish() throws InterruptedException {
        return List.of();
    }

    @Override
    default void close() {}

    /**
     * Whether it may tell of rows that the table's {@code where} kept, without those that it dropped: the footers tell
     * of both.
     */
    default boolean afterWhere() {
        return false;
    }

    /**
     * Rows of a listing in a table, and the bytes that their read columns take in memory.
     *
     * @param weighedRows of {@code rows}, those that {@code bytes} are of: the others weigh what the table's rows do on
     *     average
     */
    record ListingCount(long rows, long bytes, long weighedRows) {
        /** Rows whose bytes are not known apart from the table's. */
        public static ListingCount of(long rows) {
            return new ListingCount(rows, 0, 0);
        }

        public ListingCount plus(ListingCount more) {
            return new ListingCount(rows + more.rows, bytes + more.bytes, weighedRows + more.weighedRows);
        }

        /** Bytes of all rows. */
        public long bytes(double averageWidth) {
            return bytes + Math.round((rows - weighedRows) * averageWidth);
        }
    }
}
