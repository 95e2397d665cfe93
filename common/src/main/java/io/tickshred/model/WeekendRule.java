package io.tickshred.model;

/** What a range does with Saturdays and Sundays. */
public enum WeekendRule {
    /** They are days as others are. */
    RUN,
    /** They are left out, whatever there is of them. */
    SKIP,
    /** They are run where any table has an object, and left out where none has. */
    AUTO
}
