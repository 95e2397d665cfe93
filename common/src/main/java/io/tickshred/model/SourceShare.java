package io.tickshred.model;

/**
 * The rows of one source object that one batch answers for, where batches read the sources themselves: those of its own
 * listings in the row groups that it reads, and those of no batch in the row groups that the plan gave it to answer
 * for. Created by the finalizer. Over all batches of a plan, the shares of an object have each of its rows exactly
 * once.
 *
 * @param ordinal place of the object in the day's key order for its table, from 0
 * @param key relative to the dataset's input
 * @param etag version that was read
 * @param rows of the whole object by its footer
 * @param routed rows that the batch holds
 * @param filtered rows of the batch's listings that the table's {@code where} dropped
 * @param outside rows of listings that are null or not in the universe
 * @param numbers of all these rows
 */
public record SourceShare(
        String table,
        int ordinal,
        String key,
        String etag,
        long sizeBytes,
        long rows,
        long routed,
        long filtered,
        long outside,
        RowNumbers numbers) {
    public SourceShare {
        if (ordinal < 0 || rows < 0 || routed < 0 || filtered < 0 || outside < 0) {
            throw new IllegalArgumentException("counts of source " + key + " must not be negative");
        }
        if (numbers.rows() != routed + filtered + outside) {
            throw new IllegalArgumentException("a share of source " + key + " must be of as many rows as it has"
                    + " numbers: " + (routed + filtered + outside) + " and " + numbers.rows());
        }
    }

    /** Both shares in one. */
    public SourceShare plus(SourceShare other) {
        if (!key.equals(other.key) || !etag.equals(other.etag) || rows != other.rows) {
            throw new IllegalArgumentException("source " + ordinal + " of " + table + " was read as " + key + " etag "
                    + etag + " with " + rows + " rows and as " + other.key + " etag " + other.etag + " with "
                    + other.rows + " rows");
        }
        return new SourceShare(
                table,
                ordinal,
                key,
                etag,
                sizeBytes,
                rows,
                routed + other.routed,
                filtered + other.filtered,
                outside + other.outside,
                numbers.plus(other.numbers));
    }

    /** Whether the share has every row of the object exactly once. */
    public boolean whole() {
        return numbers.equals(RowNumbers.range(0, rows));
    }

    /** Where the rows went. */
    public SourceTally tally() {
        return new SourceTally(ordinal, key, etag, sizeBytes, rows, routed, filtered, outside);
    }
}
