package io.tickshred.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The proof that a day is whole, and the only way to know which objects are in it. Written last, by conditional PUT;
 * the same plan always gives the same text.
 *
 * @param format version of this record, {@link #FORMAT}
 * @param createdAt when the plan was made
 * @param rowHashAlgorithm how {@link Proof#hash} was computed; values compare only under the same one
 * @param tickshredVersion version of the finalizer that published
 * @param duckdbVersion version of DuckDB that wrote the objects
 * @param rows rows of all sources by their footers; always {@code routed + filtered + outside}
 * @param routed rows in the batches
 * @param filtered rows dropped by the tables' {@code where}
 * @param outside rows of listings outside the universe
 * @param excluded keys that the plan request said to go on without
 * @param batches in batch order
 * @param sources in the tables' order, then in key order
 */
public record Manifest(
        int format,
        PlanId plan,
        Day day,
        String fingerprint,
        Instant createdAt,
        String rowHashAlgorithm,
        String tickshredVersion,
        String duckdbVersion,
        ListingType listingType,
        long rows,
        long routed,
        long filtered,
        long outside,
        List<Table> tables,
        List<ManifestBatch> batches,
        List<Source> sources,
        List<String> excluded) {
    public static final int FORMAT = 1;

    public Manifest {
        tables = List.copyOf(tables);
        batches = List.copyOf(batches);
        sources = List.copyOf(sources);
        excluded = List.copyOf(excluded);
        if (rows != routed + filtered + outside) {
            throw new IllegalArgumentException("a manifest's rows must add up: " + rows + " is not " + routed + " + "
                    + filtered + " + " + outside);
        }
    }

    /**
     * How a table was made, and its proof over all batches.
     *
     * @param listing first sort column
     * @param order further sort columns, before source and row number, which are not in the output
     */
    public record Table(
            String name,
            String listing,
            List<String> order,
            String timestamp,
            Optional<String> where,
            List<OutputColumn> select,
            Proof proof) {
        public Table {
            order = List.copyOf(order);
            select = List.copyOf(select);
        }
    }

    /** One batch: its listings in listing order, and one object for each table, in the tables' order. */
    public record ManifestBatch(int number, List<String> listings, List<BatchFile> files) {
        public ManifestBatch {
            listings = List.copyOf(listings);
            files = List.copyOf(files);
        }
    }

    /** One source object and where its rows went. */
    public record Source(String table, SourceTally tally) {}
}
