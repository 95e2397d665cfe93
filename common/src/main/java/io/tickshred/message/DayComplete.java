package io.tickshred.message;

import io.tickshred.model.PlanHeader;
import java.util.Optional;

/**
 * Every chunk of a plan is staged and its rows add up. Key: the plan id, on {@code day-complete}.
 *
 * @param results where the accepted results stand; absent of a plan without chunks, which is not on that topic
 * @param routed rows staged, over all tables
 * @param filtered rows dropped by {@code where}
 * @param outside rows of listings outside the universe
 * @param stagedBytes bytes of the accepted runs
 */
public record DayComplete(
        PlanHeader header, Optional<ResultRange> results, long routed, long filtered, long outside, long stagedBytes)
        implements Message {
    /** A day whose chunks are staged. */
    public DayComplete(
            PlanHeader header, ResultRange results, long routed, long filtered, long outside, long stagedBytes) {
        this(header, Optional.of(results), routed, filtered, outside, stagedBytes);
    }

    /** A day whose batches read the sources themselves: none of its rows is accounted for yet. */
    public static DayComplete naive(PlanHeader header) {
        return new DayComplete(header, Optional.empty(), 0, 0, 0, 0);
    }

    /** The same with more rows accounted for. */
    public DayComplete plus(long moreRouted, long moreFiltered, long moreOutside) {
        return new DayComplete(
                header, results, routed + moreRouted, filtered + moreFiltered, outside + moreOutside, stagedBytes);
    }
}
