package io.tickshred.model;

/** How a chunk attempt is staged: one sorted object, or one object for each batch under {@code batch=<b>/}. */
public enum StagingLayout {
    PACKED,
    PARTITIONED
}
