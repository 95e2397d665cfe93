package io.tickshred.message;

import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeId;
import io.tickshred.model.RunMode;
import io.tickshred.model.WeekendRule;
import io.tickshred.record.BuiltByName;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Asks for a range of days of one dataset, on {@code plan-requests} beside the requests for single days. Anyone may
 * write it, and leave out all but dataset, from and to; key {@code dataset/from..to}.
 *
 * @param dates the days meant, where not all from the first to the last are
 * @param force run published days again too
 * @param tables tables to run; empty for all of the dataset
 * @param weekends instead of what the dataset's calendar says
 * @param holidays instead of the dataset's holiday file
 * @param maxDaysInFlight days in progress at a time; 1 if absent, so that a range costs what a day does
 * @param onFailedDay stop if absent
 * @param onEmptyDay fail if absent
 * @param onMissingDay whether metrics are aggregated at the end when a day has failed; fail if absent
 * @param mode how the days are to be run; as the dataset says if absent
 */
@BuiltByName
public record RangeRequest(
        String dataset,
        LocalDate from,
        LocalDate to,
        List<LocalDate> dates,
        boolean force,
        List<String> tables,
        Optional<WeekendRule> weekends,
        Optional<List<LocalDate>> holidays,
        Optional<Integer> maxDaysInFlight,
        Optional<FailedDayRule> onFailedDay,
        Optional<EmptyDayRule> onEmptyDay,
        Optional<MissingDayRule> onMissingDay,
        Optional<RunMode> mode)
        implements Message {
    /** More would be another way to run them all at once. */
    private static final int MOST_IN_FLIGHT = 100;

    public RangeRequest {
        new RangeId(dataset, from, to);
        dates = List.copyOf(new TreeSet<>(dates));
        tables = List.copyOf(tables);
        holidays = holidays.map(List::copyOf);
        for (LocalDate date : dates) {
            if (date.isBefore(from) || date.isAfter(to)) {
                throw new IllegalArgumentException("dates must lie from " + from + " to " + to + ": " + date);
            }
        }
        if (maxDaysInFlight.filter(n -> n < 1 || n > MOST_IN_FLIGHT).isPresent()) {
            throw new IllegalArgumentException(
                    "maxDaysInFlight must be 1 to " + MOST_IN_FLIGHT + ": " + maxDaysInFlight.get());
        }
    }

    /** Each component by its name. */
    public static RangeRequestBuilder.DatasetStage builder() {
        return RangeRequestBuilder.builder();
    }

    /** The same request, in a mode where one is given. */
    public RangeRequest in(Optional<RunMode> wanted) {
        return RangeRequestBuilder.from(this).mode(wanted).build();
    }

    /** All of it as the dataset says. */
    public static RangeRequest of(RangeId range) {
        return builder()
                .dataset(range.dataset())
                .from(range.from())
                .to(range.to())
                .dates(List.of())
                .force(false)
                .tables(List.of())
                .build();
    }

    public RangeId range() {
        return new RangeId(dataset, from, to);
    }

    /** The days meant, in order. */
    public List<LocalDate> days() {
        return dates.isEmpty() ? range().days() : dates;
    }
}
