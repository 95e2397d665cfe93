package io.tickshred.model;

/** What a range does when one of its days has failed. */
public enum FailedDayRule {
    /** No further day is begun; those in progress go on to their end. */
    STOP,
    /** The other days are run, and the range says at its end which have failed. */
    CONTINUE
}
