package io.tickshred.finalizer.sweep;

import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import java.util.Optional;

/** What a fleet may still be working on. */
public interface LivePlans {
    /** For stores that no fleet works on: nothing. */
    LivePlans NONE = (day, plan) -> false;

    /** Whether the plan, or any plan of its day, may be in progress. In doubt it may. */
    boolean live(Day day, PlanId plan);

    /** Whether the aggregate of a metric over a range may be in progress. In doubt it may. */
    default boolean live(RangeId range, String metric) {
        return false;
    }

    /**
     * Who knows nothing of a day, in a few words for a person, where that is so: another fleet may be working on it.
     */
    default Optional<String> ignorant(Day day) {
        return Optional.empty();
    }

    /** The same of an aggregate. */
    default Optional<String> ignorant(RangeId range, String metric) {
        return Optional.empty();
    }

    /**
     * Hears all that the fleet has said up to now.
     *
     * @throws InterruptedException if interrupted
     * @throws IllegalStateException if the fleet cannot be heard
     */
    default void refresh() throws InterruptedException {}
}
