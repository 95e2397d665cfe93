package io.tickshred.model;

import java.util.Optional;

/**
 * A published object that says how many rows each listing of one market has in each table: Parquet with the columns
 * {@code listing}, {@code table}, {@code batch} and {@code rows}, in the order of the first two. Planners of later days
 * read it.
 *
 * @param market empty for listings of which the tables say no market
 * @param key relative to the output store
 * @param listings number of distinct listings
 * @param rows of all of them in all tables
 */
public record ListingsFile(
        Optional<String> market, String key, long sizeBytes, String sha256, int listings, long rows) {}
