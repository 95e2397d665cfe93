package io.tickshred.message;

import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What the planner made of a range's request for a day. Published in one transaction with the plan, so that a day's end
 * always follows it in {@code range-events}.
 *
 * @param plan by which the day is run or was published; the end of this or a newer plan is the day's
 */
public record RangeAnswer(
        RangeId range, LocalDate date, Answer answer, Optional<PlanId> plan, Optional<Failure> failure)
        implements Message {
    /** What became of the request. */
    public enum Answer {
        /** The day is in progress, by this request or by another. */
        RUNNING,
        /** It was published before. */
        PUBLISHED,
        /** It could not be planned. */
        FAILED,
        /** No table has an object of it, and the range leaves such days out. */
        EMPTY
    }
}
