package io.tickshred.message;

import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeId;
import io.tickshred.model.WeekendRule;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Asks for a range's metrics, day by day as they are published, in one object each, on {@code plan-requests}. Anyone
 * may write it, and leave out all but type, dataset, from and to; key {@code dataset/from..to}. A range that is run
 * asks for it at its end.
 *
 * @param metrics names; empty for all of the dataset
 * @param force replace an aggregate whose days have changed since
 * @param weekends instead of what the dataset's calendar says
 * @param holidays instead of the dataset's holiday file
 * @param onMissingDay fail if absent
 */
public record AggregateRequest(
        String dataset,
        LocalDate from,
        LocalDate to,
        List<String> metrics,
        boolean force,
        Optional<WeekendRule> weekends,
        Optional<List<LocalDate>> holidays,
        Optional<MissingDayRule> onMissingDay)
        implements Message {
    public AggregateRequest {
        new RangeId(dataset, from, to);
        metrics = List.copyOf(metrics);
        holidays = holidays.map(List::copyOf);
    }

    public RangeId range() {
        return new RangeId(dataset, from, to);
    }
}
