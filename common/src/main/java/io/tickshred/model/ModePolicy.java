package io.tickshred.model;

/**
 * In which mode a dataset's days run, where a request does not say.
 *
 * @param maxReads how many times batches may read a day, on average over the bytes of its needed columns, for
 *     {@link RunMode#NAIVE} not to be refused
 * @param autoReads up to how many times {@link RunMode#AUTO} takes the naive mode
 * @param autoBytes up to how many bytes of needed columns a day is small, so that {@link RunMode#AUTO} takes the naive
 *     mode up to {@code maxReads}
 * @param maxBatchBytes how many bytes of needed columns one batch may read: a finalizer mirrors them on its scratch
 *     disk
 */
public record ModePolicy(RunMode mode, double maxReads, double autoReads, long autoBytes, long maxBatchBytes) {
    public static final double DEFAULT_MAX_READS = 3;

    /** Shredding reads a day once, writes it and reads it again. */
    public static final double DEFAULT_AUTO_READS = 3;

    /** A day so small is done before a fleet's queues have turned twice. */
    public static final long DEFAULT_AUTO_BYTES = 64L << 20;

    public static final long DEFAULT_MAX_BATCH_BYTES = 16L << 30;

    /** As of a dataset that says nothing of modes. */
    public static final ModePolicy SHRED = of(RunMode.SHRED);

    public ModePolicy {
        if (!(maxReads >= 1) || Double.isInfinite(maxReads)) {
            throw new IllegalArgumentException("maxReads must be at least 1: " + maxReads);
        }
        if (!(autoReads >= 0) || autoReads > maxReads) {
            throw new IllegalArgumentException(
                    "autoReads must be from 0 to maxReads, which is " + maxReads + ": " + autoReads);
        }
        if (autoBytes < 0) {
            throw new IllegalArgumentException("autoBytes must not be negative: " + autoBytes);
        }
        if (maxBatchBytes < 1) {
            throw new IllegalArgumentException("maxBatchBytes must be at least 1: " + maxBatchBytes);
        }
    }

    /** A policy with the default for one batch. */
    public ModePolicy(RunMode mode, double maxReads, double autoReads, long autoBytes) {
        this(mode, maxReads, autoReads, autoBytes, DEFAULT_MAX_BATCH_BYTES);
    }

    /** A mode with the limits that hold where a file says none. */
    public static ModePolicy of(RunMode mode) {
        return new ModePolicy(mode, DEFAULT_MAX_READS, DEFAULT_AUTO_READS, DEFAULT_AUTO_BYTES);
    }
}
