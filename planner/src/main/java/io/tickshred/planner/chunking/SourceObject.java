package io.tickshred.planner.chunking;

import java.util.Arrays;

/**
 * All that a plan keeps of one source object: a few hundred bytes, for there may be a hundred thousand of them.
 *
 * @param ordinal place of the object in the day's key order for its table, from 0
 * @param key relative to the dataset's input
 * @param groupRows rows of each row group by the footer
 * @param groupBytes compressed bytes of the needed columns in each row group
 * @param rowBytes bytes that the needed columns of a row take in memory, on average
 */
@SuppressWarnings("ArrayRecordComponent") // boxed lists would be most of the planner's memory
public record SourceObject(
        int ordinal, String key, String etag, long sizeBytes, long[] groupRows, long[] groupBytes, double rowBytes) {
    public SourceObject {
        if (groupRows.length != groupBytes.length) {
            throw new IllegalArgumentException("rows and bytes of object " + key + " must be of the same row groups: "
                    + groupRows.length + " and " + groupBytes.length);
        }
    }

    public int rowGroups() {
        return groupRows.length;
    }

    public long rows() {
        return Arrays.stream(groupRows).sum();
    }

    /** Bytes that the needed columns of all rows take in memory. */
    public double memoryBytes() {
        return rows() * rowBytes;
    }

    public long bytes() {
        return Arrays.stream(groupBytes).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceObject o
                && ordinal == o.ordinal
                && key.equals(o.key)
                && etag.equals(o.etag)
                && sizeBytes == o.sizeBytes
                && rowBytes == o.rowBytes
                && Arrays.equals(groupRows, o.groupRows)
                && Arrays.equals(groupBytes, o.groupBytes);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "source " + ordinal + " " + key + ", row groups of " + Arrays.toString(groupRows) + " rows";
    }
}
