package io.tickshred.duckdb;

/** Makes a value of each row of a query's result, in the result's order. */
@FunctionalInterface
public interface RowReader<T> {
    T read(Row row);
}
