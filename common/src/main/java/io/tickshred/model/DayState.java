package io.tickshred.model;

/** Where a day stands. A day moves down this list only, but for a forced re-run, which is a new plan. */
public enum DayState {
    PLANNING,
    SHREDDING,
    FINALIZING,
    PUBLISHED,
    FAILED;

    public boolean ended() {
        return this == PUBLISHED || this == FAILED;
    }
}
