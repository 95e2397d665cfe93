package io.tickshred.model;

import java.util.Optional;

/**
 * What a plan will take to run if nothing is tried twice: read requests as an order of magnitude.
 *
 * @param slices chunks times batches: what is read of staged runs at most
 * @param stagedObjects objects that chunks stage and finalizers read
 * @param puts requests that write or list
 * @param gets requests that read
 * @param dollars that the store takes for them
 * @param chunkMemoryBytes most that the columns of one chunk take in a worker's memory
 * @param workerMemoryBytes that a worker has for one chunk
 * @param batchReadBytes of needed columns that one batch reads of the sources at most, in the naive mode
 * @param batchDiskBytes of a finalizer's scratch disk that one batch wants at most, in the naive mode
 */
public record PlanForecast(
        long slices,
        long stagedObjects,
        long puts,
        long gets,
        double dollars,
        long chunkMemoryBytes,
        long workerMemoryBytes,
        Optional<Long> batchReadBytes,
        Optional<Long> batchDiskBytes) {}
