package io.tickshred.model;

/**
 * How a day's objects are cut into chunks.
 *
 * @param targetBytes bytes of needed columns that a chunk aims at, compressed as they lie in the source
 * @param maxObjects the most objects that one chunk may join
 * @param maxSlices the most slices that a day may have, which is chunks times batches; chunks are made larger than
 *     {@code targetBytes} for it, as far as a worker's memory allows
 */
public record ChunkPolicy(long targetBytes, int maxObjects, long maxSlices) {
    /** Thirty megabytes of a finalizer's heap, and two million reads. */
    public static final long DEFAULT_MAX_SLICES = 1_000_000;

    public ChunkPolicy {
        if (targetBytes < 1) {
            throw new IllegalArgumentException("targetBytes must be at least 1: " + targetBytes);
        }
        if (maxObjects < 1) {
            throw new IllegalArgumentException("maxObjects must be at least 1: " + maxObjects);
        }
        if (maxSlices < 1) {
            throw new IllegalArgumentException("maxSlices must be at least 1: " + maxSlices);
        }
    }

    /** A policy with as many slices as by default. */
    public ChunkPolicy(long targetBytes, int maxObjects) {
        this(targetBytes, maxObjects, DEFAULT_MAX_SLICES);
    }
}
