package io.tickshred.duckdb;

/** Appends rows to a table, value by value in column order; much faster than INSERT. */
public interface RowAppender {
    RowAppender int32(int value);

    RowAppender int64(long value);

    RowAppender text(String value);

    /** Ends the row. */
    void endRow();
}
