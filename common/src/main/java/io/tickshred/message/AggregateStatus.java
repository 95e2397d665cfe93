package io.tickshred.message;

import io.tickshred.model.Failure;
import io.tickshred.model.RangeId;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the aggregate of a metric over a range stands, on the compacted topic {@code range-status} under the key
 * {@code dataset/from..to/metric}.
 *
 * @param days in it
 * @param missing days that should be there and are not
 * @param manifest URI of its manifest
 * @param askedAt the task's
 */
public record AggregateStatus(
        RangeId range,
        String metric,
        State state,
        int days,
        int missing,
        long rows,
        Optional<String> manifest,
        Optional<Failure> failure,
        Instant askedAt)
        implements Message {
    /** Where it stands. */
    public enum State {
        RUNNING,
        DONE,
        FAILED
    }

    /** The task was given to the finalizers. */
    public static AggregateStatus running(AggregateTask task) {
        return new AggregateStatus(
                task.range(),
                task.metric(),
                State.RUNNING,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                task.askedAt());
    }

    public static AggregateStatus failed(RangeId range, String metric, Failure failure, Instant askedAt) {
        return new AggregateStatus(
                range, metric, State.FAILED, 0, 0, 0, Optional.empty(), Optional.of(failure), askedAt);
    }
}
