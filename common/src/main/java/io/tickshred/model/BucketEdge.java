package io.tickshred.model;

/** Which end of a time bucket belongs to it, and so labels it. */
public enum BucketEdge {
    /** {@code [t, t + width)}, labelled by its start. */
    LEFT,
    /** {@code (t - width, t]}, labelled by its end. */
    RIGHT
}
