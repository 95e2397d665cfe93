package io.tickshred.message;

import io.tickshred.model.Day;
import java.time.LocalDate;
import java.util.List;

/**
 * Asks for one day of one dataset. Anyone may write it; key {@code dataset/date}.
 *
 * @param force run the day even if it is in progress or published; the newer plan replaces the older
 * @param tables tables to run; empty for all of the dataset
 * @param exclude source keys to go on without; the manifest lists them as missing
 */
public record PlanRequest(String dataset, LocalDate date, boolean force, List<String> tables, List<String> exclude)
        implements Message {
    public PlanRequest {
        new Day(dataset, date);
        tables = List.copyOf(tables);
        exclude = List.copyOf(exclude);
    }

    public Day day() {
        return new Day(dataset, date);
    }
}
