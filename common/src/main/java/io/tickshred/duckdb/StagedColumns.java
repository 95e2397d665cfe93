package io.tickshred.duckdb;

/**
 * Columns that a staged run has after the table's output columns. Rows of a batch lie together in a run; the finalizer
 * sorts them by (listing, the table's order columns, source, row), which makes the order total, and drops these columns
 * when it publishes.
 */
public final class StagedColumns {
    /** INTEGER: the batch. Only in the packed layout. */
    public static final String BATCH = "__tickshred_batch";

    /** INTEGER: ordinal of the source object in the day's key order for the table. */
    public static final String SOURCE = "__tickshred_source";

    /** BIGINT: row number in the source object, rising in its order. */
    public static final String ROW = "__tickshred_row";

    private StagedColumns() {}
}
