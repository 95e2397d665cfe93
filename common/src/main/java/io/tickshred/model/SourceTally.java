package io.tickshred.model;

/**
 * Where every row of one source object (or of the part of it that a chunk covers) went. Created by the shred worker.
 *
 * @param ordinal place of the object in the day's key order for its table, from 0
 * @param key object key relative to the input
 * @param etag version of the object that was read
 * @param sizeBytes size of the object
 * @param rows rows by the footer
 * @param routed rows written to a batch
 * @param filtered rows of wanted listings that the table's {@code where} dropped
 * @param outside rows of listings that are null or not in the universe
 */
public record SourceTally(
        int ordinal, String key, String etag, long sizeBytes, long rows, long routed, long filtered, long outside) {
    public SourceTally {
        if (ordinal < 0 || sizeBytes < 0 || rows < 0 || routed < 0 || filtered < 0 || outside < 0) {
            throw new IllegalArgumentException("counts of source " + key + " must not be negative");
        }
    }

    /** True when no row is lost or doubled: the footer's rows are all accounted for. */
    public boolean balanced() {
        return rows == routed + filtered + outside;
    }
}
