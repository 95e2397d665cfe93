package io.tickshred.model;

/** Whether a metric of a day is whole. */
public enum MetricState {
    /** It has an object for each batch. */
    DONE,
    /** It has none, and a reason. */
    FAILED
}
