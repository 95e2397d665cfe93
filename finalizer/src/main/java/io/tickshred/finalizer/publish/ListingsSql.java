package io.tickshred.finalizer.publish;

import io.tickshred.duckdb.Sql;
import io.tickshred.model.ListingType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The statements that count the listings of a day's batches and write the counts by market. */
final class ListingsSql {
    private static final int FILES_AT_A_TIME = 500;
    private static final int MOST_NAMED = 5;

    private final List<Mirrored> tables;
    private final ListingType type;

    /**
     * A table's batches as mirrored.
     *
     * @param market column of the market, where the table has one
     * @param batches that have rows; the mirror of each is {@code <batch>.parquet} in the directory
     */
    record Mirrored(String table, String listing, Optional<String> market, List<Integer> batches, Path directory) {}

    ListingsSql(List<Mirrored> tables, ListingType type) {
        this.tables = tables;
        this.type = type;
    }

    /** Makes the tables {@code counts} and {@code markets}. */
    List<String> count() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE found (listing " + (type == ListingType.INT64 ? "BIGINT" : "VARCHAR")
                + ", tbl VARCHAR, place INTEGER, batch INTEGER, n BIGINT, market VARCHAR)");
        for (int place = 0; place < tables.size(); place++) {
            Mirrored table = tables.get(place);
            for (int from = 0; from < table.batches.size(); from += FILES_AT_A_TIME) {
                statements.add(count(
                        table,
                        place,
                        table.batches.subList(from, Math.min(table.batches.size(), from + FILES_AT_A_TIME))));
            }
        }
        statements.add("CREATE TABLE markets AS SELECT listing, min(market) AS market FROM found GROUP BY listing");
        return statements;
    }

    private static String count(Mirrored table, int place, List<Integer> batches) {
        List<Path> files = batches.stream()
                .map(batch -> table.directory.resolve(batch + ".parquet"))
                .toList();
        String numbers = batches.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String market = table.market
                .map(column -> "CAST(" + Sql.identifier(column) + " AS VARCHAR)")
                .orElse("NULL");
        // Grouped by market first: a minimum of text over all rows would take longer than all the rest.
        return "INSERT INTO found SELECT listing, " + Sql.literal(table.table) + ", " + place + ", list_extract(["
                + numbers + "]::INTEGER[], file + 1), sum(n)::BIGINT, min(market) FROM (SELECT "
                + Sql.identifier(table.listing) + " AS listing, CAST(file_index AS BIGINT) AS file, " + market
                + " AS market, count(*) AS n FROM " + Sql.parquet(files) + " GROUP BY ALL) GROUP BY ALL";
    }

    String rows() {
        return "SELECT coalesce(sum(n), 0)::BIGINT FROM found";
    }

    /** Listings that are in more than one batch; there must be none. */
    String torn() {
        return "SELECT listing FROM found GROUP BY listing HAVING count(DISTINCT batch) > 1 ORDER BY listing LIMIT "
                + MOST_NAMED;
    }

    /** The markets in their order, one null for all listings without. */
    String markets() {
        return "SELECT DISTINCT market FROM markets ORDER BY market NULLS LAST";
    }

    String forgetMarkets() {
        return "UPDATE markets SET market = NULL";
    }

    String copy(Optional<String> market, Path file) {
        return "COPY (SELECT listing, tbl AS \"table\", batch, n AS \"rows\"" + of(market) + " ORDER BY listing, place"
                + ") TO " + Sql.path(file) + " (FORMAT parquet, COMPRESSION zstd)";
    }

    /** Distinct listings and rows of a market. */
    String sizes(Optional<String> market) {
        return "SELECT count(DISTINCT listing), sum(n)::BIGINT" + of(market);
    }

    private static String of(Optional<String> market) {
        return " FROM found JOIN markets USING (listing) WHERE markets.market "
                + market.map(text -> "= " + Sql.literal(text)).orElse("IS NULL");
    }

    /** Every listing and its batch, in listing order. */
    String listings() {
        return "SELECT DISTINCT listing, batch FROM found ORDER BY listing";
    }
}
