package io.tickshred.duckdb;

/** One row of a query's result, valid while its {@link RowReader} is called. Columns are numbered from 0. */
public interface Row {
    boolean isNull(int column);

    /** A value of any signed integer type; 0 for null. */
    long int64(int column);

    /** The 64 bits of a UBIGINT; 0 for null. */
    long uint64(int column);

    /** A value of a floating-point type; 0 for null. */
    double float64(int column);

    /** The value as DuckDB's text; empty for null. */
    String text(int column);
}
