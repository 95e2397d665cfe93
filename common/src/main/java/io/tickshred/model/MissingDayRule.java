package io.tickshred.model;

/** What becomes of a metric's aggregate when a day of the range has no result of it. */
public enum MissingDayRule {
    FAIL,
    /** The others are aggregated, and the manifest lists those that are missing, each with its reason. */
    LIST
}
