package io.tickshred.model;

/** What a range does with a day of which no table has any object. */
public enum EmptyDayRule {
    FAIL,
    SKIP
}
