package io.tickshred.model;

import java.util.Optional;

/**
 * One published object.
 *
 * @param key relative to the output store
 * @param proof of the object as written, read back
 * @param minTimestamp least value of the table's timestamp column, as DuckDB's text; empty without rows
 * @param listings number of distinct listings with rows
 * @param memoryBytes that the columns take in memory; empty in results of older versions
 */
public record BatchFile(
        String table,
        int batch,
        String key,
        long sizeBytes,
        String sha256,
        Proof proof,
        Optional<String> minTimestamp,
        Optional<String> maxTimestamp,
        int listings,
        Optional<Long> memoryBytes) {
    /** A file of which nobody measured what it takes in memory. */
    public BatchFile(
            String table,
            int batch,
            String key,
            long sizeBytes,
            String sha256,
            Proof proof,
            Optional<String> minTimestamp,
            Optional<String> maxTimestamp,
            int listings) {
        this(table, batch, key, sizeBytes, sha256, proof, minTimestamp, maxTimestamp, listings, Optional.empty());
    }
}
