package io.tickshred.standalone.cli;

import io.tickshred.config.ConfigException;
import io.tickshred.config.HolidayFile;
import io.tickshred.model.WeekendRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which days of a range are left out by the calendar. */
final class CalendarOptions {
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

    Optional<WeekendRule> weekends() {
        return Optional.ofNullable(weekends);
    }

    /**
     * The file's days, where one is given.
     *
     * @throws CommandException if it cannot be read
     */
    Optional<List<LocalDate>> holidays() throws CommandException {
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
                    "the holiday file " + file + " cannot be read: " + FileCause.of(e) + "; correct --holidays", e);
        }
    }
}
