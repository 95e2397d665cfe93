package io.tickshred.message;

import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.record.BuiltByName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Where a range stands, on the compacted topic {@code range-status} under the key {@code dataset/from..to}.
 *
 * @param published days, those that were published before included
 * @param onFailedDay the rule by which it went on, or did not, after a day had failed
 * @param days every day of it, in order
 * @param failure why it was refused
 * @param note what else a person should know, such as a duplicate request
 * @param aggregating metrics that are aggregated now that it has ended; {@link AggregateStatus} tells of each
 * @param refusedDates days of the last request for this range that was refused, because other days of it are in
 *     progress; absent in records from before there was such a refusal
 * @param openedAt when it was asked for; another request for the same days after its end has another
 */
@BuiltByName
public record RangeStatus(
        RangeId range,
        RangeState state,
        int published,
        int failed,
        int skipped,
        int running,
        int waiting,
        FailedDayRule onFailedDay,
        List<RangeDay> days,
        Optional<Failure> failure,
        Optional<String> note,
        Optional<List<String>> aggregating,
        Optional<List<LocalDate>> refusedDates,
        Instant openedAt,
        Instant at)
        implements Message {
    public RangeStatus {
        days = List.copyOf(days);
        aggregating = aggregating.map(List::copyOf);
        refusedDates = refusedDates.map(List::copyOf);
    }

    /** Each component by its name. */
    public static RangeStatusBuilder.RangeStage builder() {
        return RangeStatusBuilder.builder();
    }
}
