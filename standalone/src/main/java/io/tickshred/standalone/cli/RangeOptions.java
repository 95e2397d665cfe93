package io.tickshred.standalone.cli;

import io.tickshred.config.ConfigException;
import io.tickshred.config.HolidayFile;
import io.tickshred.message.RangeRequest;
import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.WeekendRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a range of days is run. */
final class RangeOptions {
    @Option(
            names = "--weekends",
            description = "What a range does with Saturdays and Sundays: run, skip, or auto, which skips those without"
                    + " objects (default: as in the dataset's file, or auto).")
    private @Nullable WeekendRule weekends;

    @Option(
            names = "--holidays",
            paramLabel = "FILE",
            description =
                    "Days that a range skips: one date a line, or CSV with a column date (default: as in the dataset's file).")
    private @Nullable Path holidays;

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
        return new RangeRequest(
                dataset,
                first,
                last,
                whole ? List.of() : days,
                force,
                tables,
                Optional.ofNullable(weekends).or(() -> named ? Optional.of(WeekendRule.RUN) : Optional.empty()),
                holidays().or(() -> named ? Optional.of(List.of()) : Optional.empty()),
                Optional.of(daysAtOnce),
                Optional.of(onFailedDay),
                Optional.of(onEmptyDay),
                Optional.of(onMissingDay));
    }

    private Optional<List<LocalDate>> holidays() throws CommandException {
        Path file = holidays;
        if (file == null) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return Optional.of(
                    List.copyOf(HolidayFile.parse(file.toString(), text).keySet()));
        } catch (ConfigException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandException(
                    "the holiday file " + file + " cannot be read: " + e + "; correct --holidays", e);
        }
    }
}
