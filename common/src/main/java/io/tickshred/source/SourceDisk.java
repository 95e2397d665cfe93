package io.tickshred.source;

/**
 * Scratch disk that a batch of one table takes while it is made from its sources.
 *
 * @param fetchedBytes of the row groups that it reads, compressed: their mirrors
 * @param uncompressedBytes of the same
 * @param rows in them, those of other batches too
 */
public record SourceDisk(long fetchedBytes, long uncompressedBytes, long rows) {
    /**
     * What it takes beside the mirrors: its own rows alone are sorted, with a spill that is not compressed, at its
     * worst twice, and written.
     *
     * @param ownRows of {@code rows}
     */
    public long sortBytes(long ownRows) {
        return ownRows == 0 || rows == 0
                ? 0
                : (long) Math.ceil((2.0 * uncompressedBytes + fetchedBytes) * Math.min(1, (double) ownRows / rows));
    }
}
