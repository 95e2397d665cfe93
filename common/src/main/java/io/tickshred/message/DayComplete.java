package io.tickshred.message;

import io.tickshred.model.PlanHeader;

/**
 * Every chunk of a plan is staged and its rows add up. Key: the plan id, on {@code day-complete}.
 *
 * @param routed rows staged, over all tables
 * @param filtered rows dropped by {@code where}
 * @param outside rows of listings outside the universe
 * @param stagedBytes bytes of the accepted runs
 */
public record DayComplete(
        PlanHeader header, ResultRange results, long routed, long filtered, long outside, long stagedBytes)
        implements Message {}
