package io.tickshred.model;

/** Where a range stands. */
public enum RangeState {
    RUNNING,
    /** No further day is begun; those in progress go on to their end. */
    STOPPING,
    /** Every day is published or left out by rule. */
    DONE,
    /** A day has failed, or the range was refused. */
    FAILED,
    /** It was told to stop before its last day, and no day had failed. */
    STOPPED;

    public boolean ended() {
        return this == DONE || this == FAILED || this == STOPPED;
    }
}
