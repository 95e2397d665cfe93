package io.tickshred.model;

import java.time.LocalDate;
import java.util.Optional;

/**
 * One day of a range.
 *
 * @param reason why it was left out or has failed, or that it was published before
 */
public record RangeDay(LocalDate date, State state, Optional<String> reason) {
    /** Where the day stands in its range. */
    public enum State {
        /** Not begun; in a range that has ended: not run. */
        WAITING,
        RUNNING,
        PUBLISHED,
        FAILED,
        /** Left out by rule: a weekend, a holiday, or a day without objects. */
        SKIPPED
    }

    /** Why a day is published that the range did not have to run. */
    public static final String PUBLISHED_BEFORE = "already published";

    /** Whether the day was published before the range came to it, so that the range did not run it. */
    public boolean wasPublishedBefore() {
        return state == State.PUBLISHED
                && reason.filter(PUBLISHED_BEFORE::equals).isPresent();
    }

    public static RangeDay of(LocalDate date, State state, String reason) {
        return new RangeDay(date, state, Optional.of(reason));
    }
}
