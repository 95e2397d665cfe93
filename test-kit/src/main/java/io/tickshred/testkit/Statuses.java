package io.tickshred.testkit;

import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import java.time.Instant;

/** Statuses for tests that care about a few of their components only. */
public final class Statuses {
    private Statuses() {}

    /** Of no plan, with all counts at zero. */
    public static DayStatusBuilder of(Day day, DayState state, Instant at) {
        return DayStatusBuilder.from(DayStatus.builder()
                .day(day)
                .state(state)
                .chunksDone(0)
                .chunks(0)
                .batchesDone(0)
                .batches(0)
                .rows(0)
                .routed(0)
                .filtered(0)
                .outside(0)
                .stagedBytes(0)
                .at(at)
                .build());
    }
}
