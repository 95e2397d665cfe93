package io.tickshred.message;

/**
 * Where a plan's accepted results stand in {@code chunk-results}: reading the partition from the first to the last
 * offset, both included, and keeping the first staged result of each chunk gives the same answer to every reader.
 */
public record ResultRange(int partition, long firstOffset, long lastOffset) {
    public ResultRange {
        if (firstOffset < 0 || lastOffset < firstOffset) {
            throw new IllegalArgumentException("offsets must rise: " + firstOffset + ".." + lastOffset);
        }
    }
}
