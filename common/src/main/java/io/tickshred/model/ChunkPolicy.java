package io.tickshred.model;

/**
 * How a day's objects are cut into chunks.
 *
 * @param targetBytes bytes of needed columns that a chunk aims at, compressed as they lie in the source
 * @param maxObjects the most objects that one chunk may join
 */
public record ChunkPolicy(long targetBytes, int maxObjects) {
    public ChunkPolicy {
        if (targetBytes < 1) {
            throw new IllegalArgumentException("targetBytes must be at least 1: " + targetBytes);
        }
        if (maxObjects < 1) {
            throw new IllegalArgumentException("maxObjects must be at least 1: " + maxObjects);
        }
    }
}
