package io.tickshred.model;

/**
 * Where the files and slices of a staged run are told, when they are too many for a message: an object of the same
 * attempt that holds them as JSON.
 *
 * @param file the object, under a key of the attempt
 * @param proof of all slices together
 * @param sizeBytes of all files together
 */
public record RunIndex(StagedFile file, Proof proof, long sizeBytes) {
    public RunIndex {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a run's size must not be negative: " + sizeBytes);
        }
    }
}
