package io.tickshred.duckdb;

import io.tickshred.model.RowHash;
import java.util.List;

/** The row hash as SQL: DuckDB's hash over all columns in order, summed modulo 2^64. See {@link RowHash#ALGORITHM}. */
public final class RowHashSql {
    private RowHashSql() {}

    /** An expression for the 64-bit hash of one row. */
    public static String ofRow(List<String> columns) {
        return "hash(" + Sql.identifiers(columns) + ")";
    }

    /** An aggregate over {@link #ofRow} of the columns: a UBIGINT, 0 without rows. */
    public static String aggregate(List<String> columns) {
        return sum(ofRow(columns));
    }

    /** An aggregate over an expression that is a row's hash: a UBIGINT, 0 without rows. */
    public static String sum(String rowHash) {
        return "CAST(coalesce(sum(CAST(" + rowHash + " AS HUGEINT)), 0) % 18446744073709551616 AS UBIGINT)";
    }

    /** Reads what {@link #aggregate} or {@link #sum} made. */
    public static RowHash read(Row row, int column) {
        return new RowHash(row.uint64(column));
    }
}
