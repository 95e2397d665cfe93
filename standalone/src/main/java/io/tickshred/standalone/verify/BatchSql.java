package io.tickshred.standalone.verify;

import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries over one published object. All names out of the manifest or the file are quoted. */
record BatchSql(Path file, Manifest.Table table) {
    /** Names of the file's columns. */
    String columns() {
        return "SELECT column_name FROM (DESCRIBE SELECT * FROM " + Sql.parquet(List.of(file)) + ")";
    }

    /** Rows, hash, least and greatest timestamp, number of listings, rows without a listing. */
    String content(List<String> columns) {
        String timestamp = Sql.identifier(table.timestamp());
        String listing = Sql.identifier(table.listing());
        return "SELECT count(*), " + RowHashSql.aggregate(columns) + ", min(" + timestamp + ")::VARCHAR, max("
                + timestamp
                + ")::VARCHAR, count(DISTINCT " + listing + "), count(*) - count(" + listing + ") FROM "
                + Sql.parquet(List.of(file));
    }

    /** Each listing once, as text. */
    String listings() {
        return "SELECT DISTINCT " + Sql.identifier(table.listing()) + "::VARCHAR FROM " + Sql.parquet(List.of(file))
                + " WHERE " + Sql.identifier(table.listing()) + " IS NOT NULL";
    }

    /**
     * Number of rows that come before their predecessor by (listing, order columns), nulls last, and the first of them.
     * The window has no ORDER BY: DuckDB then streams the file in its own order, and nothing is sorted or kept.
     */
    String disorder() {
        List<String> columns = new ArrayList<>();
        columns.add(table.listing());
        columns.addAll(table.order());
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
