package io.tickshred.model;

/** The most that one batch may hold of one table. {@code maxBytes} counts bytes in memory, uncompressed. */
public record BatchCaps(long maxRows, long maxBytes) {
    public BatchCaps {
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be at least 1: " + maxRows);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1: " + maxBytes);
        }
    }
}
