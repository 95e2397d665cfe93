package io.tickshred.message;

import io.tickshred.model.Failure;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.WeekendRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A range request with all that had to be looked up for it, so that the ledger of ranges needs its log alone. Key: the
 * dataset, as for all records of {@code range-events}.
 *
 * @param weekends the rule that holds for this range
 * @param known days that need not be run: left out by the calendar, or published before
 * @param refused why the range cannot be run at all
 * @param metrics that are aggregated when the range has ended; absent in records from before there were aggregates
 */
public record RangeOpened(
        RangeRequest request,
        WeekendRule weekends,
        List<RangeDay> known,
        Optional<Failure> refused,
        Optional<List<String>> metrics,
        Instant at)
        implements Message {
    public RangeOpened {
        known = List.copyOf(known);
        metrics = metrics.map(List::copyOf);
    }

    public RangeId range() {
        return request.range();
    }
}
