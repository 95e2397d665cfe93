package io.tickshred.message;

import io.tickshred.model.Day;
import io.tickshred.model.RangeId;
import io.tickshred.model.RunMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Asks for one day of one dataset. Anyone may write it; key {@code dataset/date}.
 *
 * @param force run the day even if it is in progress or published; the newer plan replaces the older
 * @param tables tables to run; empty for all of the dataset
 * @param exclude source keys to go on without; the manifest lists them as missing
 * @param mode how the day is to be run; as the dataset says if absent
 * @param range the range that asks, which is to be answered
 */
public record PlanRequest(
        String dataset,
        LocalDate date,
        boolean force,
        List<String> tables,
        List<String> exclude,
        Optional<ForRange> range,
        Optional<RunMode> mode)
        implements Message {
    /**
     * A range that asks for a day.
     *
     * @param skipEmpty whether a day of which no table has an object is left out rather than failed
     */
    public record ForRange(RangeId id, boolean skipEmpty) {}

    public PlanRequest {
        new Day(dataset, date);
        tables = List.copyOf(tables);
        exclude = List.copyOf(exclude);
    }

    /** A request for one day by itself. */
    public static PlanRequest of(
            String dataset, LocalDate date, boolean force, List<String> tables, List<String> exclude) {
        return new PlanRequest(dataset, date, force, tables, exclude, Optional.empty(), Optional.empty());
    }

    /** A request that leaves the mode to the dataset. */
    public PlanRequest(
            String dataset,
            LocalDate date,
            boolean force,
            List<String> tables,
            List<String> exclude,
            Optional<ForRange> range) {
        this(dataset, date, force, tables, exclude, range, Optional.empty());
    }

    /** The same request, in a mode where one is given. */
    public PlanRequest in(Optional<RunMode> wanted) {
        return new PlanRequest(dataset, date, force, tables, exclude, range, wanted);
    }

    public Day day() {
        return new Day(dataset, date);
    }
}
