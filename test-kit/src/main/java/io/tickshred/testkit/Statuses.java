package io.tickshred.testkit;

import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStatusBuilder;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import java.time.Instant;
import java.util.List;

/** Statuses for tests that care about a few of their components only. */
public final class Statuses {
    private Statuses() {}

    /** Of no plan, with all counts at zero. */
    public static DayStatusBuilder of(Day day, DayState state, Instant at) {
        return DayStatus.bare(day, state, at);
    }

    /** Of a range that stops at a failed day, with no day in it. */
    public static RangeStatusBuilder of(RangeId range, RangeState state, Instant at) {
        return RangeStatusBuilder.from(RangeStatus.builder()
                .range(range)
                .state(state)
                .published(0)
                .failed(0)
                .skipped(0)
                .running(0)
                .waiting(0)
                .onFailedDay(FailedDayRule.STOP)
                .days(List.of())
                .openedAt(at)
                .at(at)
                .build());
    }
}
