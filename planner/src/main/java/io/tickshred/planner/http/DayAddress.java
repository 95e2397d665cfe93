package io.tickshred.planner.http;

import io.tickshred.model.Day;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Which day is meant by {@code /days/{date}/…?dataset=}. */
final class DayAddress {
    private DayAddress() {}

    /**
     * Reads both parts.
     *
     * @throws IllegalArgumentException saying what to write instead
     */
    static Day parse(String date, @Nullable String dataset) {
        if (dataset == null) {
            throw new IllegalArgumentException("say of which dataset: ?dataset=NAME");
        }
        try {
            return new Day(dataset, LocalDate.parse(date));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException("no such day can be: " + dataset + "/" + date + "; write 2013-10-07", e);
        }
    }
}
