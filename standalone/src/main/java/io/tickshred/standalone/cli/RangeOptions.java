package io.tickshred.standalone.cli;

import io.tickshred.message.RangeRequest;
import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.WeekendRule;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a range of days is run. */
final class RangeOptions {
    @Mixin
    private CalendarOptions calendar = new CalendarOptions();

    @Option(
            names = "--days-at-once",
            paramLabel = "N",
            defaultValue = "1",
            description = "Days of a range in progress at a time (default: ${DEFAULT-VALUE}).")
    private int daysAtOnce = 1;

    @Option(
            names = "--on-failed-day",
            description = "What a range does when a day has failed: stop or continue (default: stop).")
    private FailedDayRule onFailedDay = FailedDayRule.STOP;

    @Option(
            names = "--on-empty-day",
            description = "What a range does with a day without objects: fail or skip (default: fail).")
    private EmptyDayRule onEmptyDay = EmptyDayRule.FAIL;

    @Option(
            names = "--on-missing-day",
            description = "Whether metrics are aggregated when a day has failed: fail, or list it in the manifest"
                    + " (default: fail).")
    private MissingDayRule onMissingDay = MissingDayRule.FAIL;

    /**
     * The request for days that a person named. Days that are all named one by one are run whatever the calendar says.
     *
     * @throws CommandException if the holiday file cannot be read
     */
    RangeRequest request(String dataset, List<DateRange> ranges, boolean force, List<String> tables)
            throws CommandException {
        List<LocalDate> days = DateRange.days(ranges);
        LocalDate first = days.get(0);
        LocalDate last = days.get(days.size() - 1);
        boolean named = ranges.stream().allMatch(range -> range.first().equals(range.last()));
        boolean whole = ChronoUnit.DAYS.between(first, last) + 1 == days.size();
        return RangeRequest.builder()
                .dataset(dataset)
                .from(first)
                .to(last)
                .dates(whole ? List.of() : days)
                .force(force)
                .tables(tables)
                .weekends(calendar.weekends().or(() -> named ? Optional.of(WeekendRule.RUN) : Optional.empty()))
                .holidays(calendar.holidays().or(() -> named ? Optional.of(List.of()) : Optional.empty()))
                .maxDaysInFlight(daysAtOnce)
                .onFailedDay(onFailedDay)
                .onEmptyDay(onEmptyDay)
                .onMissingDay(onMissingDay)
                .build();
    }
}
