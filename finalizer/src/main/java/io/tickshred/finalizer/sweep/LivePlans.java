package io.tickshred.finalizer.sweep;

import io.tickshred.model.Day;
import io.tickshred.model.PlanId;

/** Which plans a fleet may still be working on. */
public interface LivePlans {
    /** For stores that no fleet works on: none. */
    LivePlans NONE = (day, plan) -> false;

    /** Whether the plan, or any plan of its day, may be in progress. In doubt it may. */
    boolean live(Day day, PlanId plan);

    /**
     * Hears all that the fleet has said up to now.
     *
     * @throws InterruptedException if interrupted
     * @throws IllegalStateException if the fleet cannot be heard
     */
    default void refresh() throws InterruptedException {}
}
