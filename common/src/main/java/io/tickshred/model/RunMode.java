package io.tickshred.model;

/** How the rows of a day get into its batches. What a mode gives is the same bytes. */
public enum RunMode {
    /** Workers read every object once and stage its rows by batch; finalizers merge what was staged. */
    SHRED,
    /** Finalizers read each batch from the sources themselves: nothing is staged, and an object may be read again. */
    NAIVE,
    /** As of a request or a dataset, the one of the two that the planner takes for the cheaper. */
    AUTO
}
