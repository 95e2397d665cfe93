package io.tickshred.duckdb;

import java.nio.file.Path;
import java.util.List;

/** A check of the order of rows as they lie in a Parquet file. */
public final class RowOrderSql {
    private RowOrderSql() {}

    /**
     * A query for the number of rows that come before their predecessor by the columns, all rising, nulls last, and the
     * number of the first of them, 0 if there is none. The window has no ORDER BY: DuckDB then streams the file in its
     * own order, and nothing is sorted or kept.
     */
    public static String disorder(Path file, List<String> columns) {
        StringBuilder lags = new StringBuilder("lag(TRUE) OVER () AS \"has before\"");
        String before = "FALSE";
        for (int i = columns.size() - 1; i >= 0; i--) {
            String now = Sql.identifier(columns.get(i));
            String was = "\"before " + i + "\"";
            lags.append(", lag(").append(now).append(") OVER () AS ").append(was);
            before = "(CASE WHEN " + was + " IS NULL THEN " + now + " IS NOT NULL ELSE coalesce(" + was + " > " + now
                    + ", FALSE) END OR (" + was + " IS NOT DISTINCT FROM " + now + " AND " + before + "))";
        }
        return "SELECT count(*), coalesce(min(file_row_number), 0) FROM (SELECT *, " + lags + " FROM read_parquet("
                + Sql.path(file) + ", file_row_number=true, hive_partitioning=false)) WHERE \"has before\" AND "
                + before;
    }
}
