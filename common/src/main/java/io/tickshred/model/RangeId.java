package io.tickshred.model;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Days of one dataset from the first to the last, both included: what a range is known by, and the key of its status,
 * as {@code dataset/from..to}. Asking for the same days of a dataset again is asking for the same range.
 */
public record RangeId(String dataset, LocalDate from, LocalDate to) {
    /** Ten years: a status names every day, and has to fit into a message. */
    public static final int MAX_DAYS = 3660;

    public RangeId {
        Names.checked("dataset", dataset);
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("the range ends before it begins: " + from + ".." + to);
        }
        if (ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
            throw new IllegalArgumentException("the range is longer than ten years: " + from + ".." + to);
        }
    }

    /** @throws IllegalArgumentException if the text is not such as {@code trades/2024-01-02..2024-01-05} */
    public static RangeId parse(String text) {
        int slash = text.indexOf('/');
        int dots = text.indexOf("..", slash + 1);
        try {
            if (slash < 0 || dots < 0) {
                throw new DateTimeParseException("no range", text, 0);
            }
            return new RangeId(
                    text.substring(0, slash),
                    LocalDate.parse(text.substring(slash + 1, dots)),
                    LocalDate.parse(text.substring(dots + 2)));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "not a range: '" + text + "'; write such as trades/2024-01-02..2024-01-05", e);
        }
    }

    /** Every day of the calendar in the range, in order. */
    public List<LocalDate> days() {
        return from.datesUntil(to.plusDays(1)).toList();
    }

    /** {@code 2024-01-02..2024-01-05}. */
    public String dates() {
        return from + ".." + to;
    }

    @Override
    public String toString() {
        return dataset + "/" + dates();
    }
}
