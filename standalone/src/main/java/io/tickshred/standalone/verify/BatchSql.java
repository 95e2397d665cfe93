package io.tickshred.standalone.verify;

import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowOrderSql;
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

    /** Number of rows that come before their predecessor by (listing, order columns), and the first of them. */
    String disorder() {
        List<String> columns = new ArrayList<>();
        columns.add(table.listing());
        columns.addAll(table.order());
        return RowOrderSql.disorder(file, columns);
    }
}
