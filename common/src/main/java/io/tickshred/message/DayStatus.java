package io.tickshred.message;

import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a day stands, on the compacted topic {@code day-status} under the key {@code dataset/date}. A status of an
 * older plan than one already seen is to be ignored.
 *
 * @param plan empty when planning failed before there was a plan
 * @param routed rows staged so far
 * @param stagedBytes bytes staged so far
 * @param note what else a person should know, such as a duplicate request that was ignored
 */
public record DayStatus(
        Day day,
        Optional<PlanId> plan,
        DayState state,
        int chunksDone,
        int chunks,
        int batchesDone,
        int batches,
        long rows,
        long routed,
        long filtered,
        long outside,
        long stagedBytes,
        Optional<String> manifest,
        Optional<Failure> failure,
        Optional<String> note,
        Instant at)
        implements Message {}
