package io.tickshred.standalone.cli;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Days from the first to the last, both included; written {@code 2024-01-02} or {@code 2024-01-02..2024-01-05}. */
record DateRange(LocalDate first, LocalDate last) {
    private static final long MAX_DAYS = 3660;

    DateRange {
        if (last.isBefore(first)) {
            throw new IllegalArgumentException("the range ends before it begins: " + first + ".." + last);
        }
        if (ChronoUnit.DAYS.between(first, last) >= MAX_DAYS) {
            throw new IllegalArgumentException("the range is longer than ten years: " + first + ".." + last);
        }
    }

    /** @throws IllegalArgumentException if the text is no date and no range of dates */
    static DateRange parse(String text) {
        int dots = text.indexOf("..");
        return dots < 0
                ? new DateRange(date(text, text), date(text, text))
                : new DateRange(date(text.substring(0, dots), text), date(text.substring(dots + 2), text));
    }

    private static LocalDate date(String part, String text) {
        try {
            return LocalDate.parse(part.strip());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "not a date or a range of dates: '" + text + "'; write 2024-01-02 or 2024-01-02..2024-01-05", e);
        }
    }

    /** The days of several ranges, each once, in order. */
    static List<LocalDate> days(List<DateRange> ranges) {
        return ranges.stream()
                .flatMap(range -> range.first().datesUntil(range.last().plusDays(1)))
                .distinct()
                .sorted()
                .toList();
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<DateRange> {
        @Override
        public DateRange convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
