package io.tickshred.message;

import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * Work for one finalizer: put the days of one metric into one object. Key {@code dataset/from..to/metric}.
 *
 * @param days wanted, in order; one that is not published is missing
 * @param skipped days left out by rule
 * @param missing days that are known not to be there: failed, or not run
 * @param force replace an aggregate whose days have changed since
 * @param askedAt by which the status of this task is known from that of one before
 */
public record AggregateTask(
        RangeId range,
        String metric,
        List<LocalDate> days,
        List<RangeDay> skipped,
        List<RangeDay> missing,
        boolean force,
        MissingDayRule onMissingDay,
        Instant askedAt)
        implements Message {
    public AggregateTask {
        days = List.copyOf(days);
        skipped = List.copyOf(skipped);
        missing = List.copyOf(missing);
    }
}
