package io.tickshred.planner.chunking;

import io.tickshred.model.ChunkPolicy;

/**
 * How large a chunk may be.
 *
 * @param compressedBytes bytes of needed columns as they lie in the store
 * @param memoryBytes bytes that the needed columns take in memory
 * @param maxObjects the most objects that one chunk may join
 */
public record ChunkLimits(long compressedBytes, long memoryBytes, int maxObjects) {
    /**
     * Part of a worker's memory that a chunk's columns may take. Measured: DuckDB sorts without spilling while the
     * columns take up to about a third; buffers for reading and encoding are in that figure.
     */
    private static final double PART_OF_MEMORY = 0.25;

    public ChunkLimits {
        if (compressedBytes < 1 || memoryBytes < 1 || maxObjects < 1) {
            throw new IllegalArgumentException("the limits of a chunk must be at least 1: " + compressedBytes
                    + " compressed bytes, " + memoryBytes + " bytes in memory, " + maxObjects + " objects");
        }
    }

    /**
     * Limits of a dataset's policy, and such that workers can sort a chunk in memory.
     *
     * @param workerMemory bytes that a worker has for one chunk
     */
    public static ChunkLimits of(ChunkPolicy policy, long workerMemory) {
        long inMemory = Math.max(1, (long) (workerMemory * PART_OF_MEMORY));
        return new ChunkLimits(policy.targetBytes(), inMemory, policy.maxObjects());
    }

    /** The same memory and objects, and other bytes. */
    ChunkLimits withCompressedBytes(long bytes) {
        return new ChunkLimits(bytes, memoryBytes, maxObjects);
    }

    /** What an object takes of a whole chunk; above 1 it does not fit. */
    double share(SourceObject object) {
        double share = 0;
        for (int group = 0; group < object.rowGroups(); group++) {
            share += share(object, group);
        }
        return share;
    }

    /** What a row group takes of a whole chunk. */
    double share(SourceObject object, int group) {
        return Math.max(
                (double) object.groupBytes()[group] / compressedBytes,
                object.groupRows()[group] * object.rowBytes() / memoryBytes);
    }
}
