package io.tickshred.planner.status;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.message.DayStatus;
import io.tickshred.meter.GaugeTable;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.model.DayState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Where the days stand, as figures: how many are in each state, and how far those in progress are. A day that has ended
 * has no series of its own, so that their number does not grow with the days of a range.
 */
public final class DayMetrics {
    private static final MeterSpec DAYS = MeterSpec.gauge(
                    "tickshred.days",
                    "Days that the log tells of, by dataset and state (planning, shredding, finalizing,"
                            + " published, failed)")
            .tagged("dataset", "state")
            .ruled("DayFailed")
            .watched("state=\"shredding\" above 1 for long: days overtake the fleet");
    private static final MeterSpec LAST_PUBLISHED = MeterSpec.gauge(
                    "tickshred.day.last.published",
                    "When a day of the dataset was last published, in seconds since 1970; from the first on that the log"
                            + " tells of")
            .in("seconds")
            .tagged("dataset")
            .watched(
                    "time() - max by (dataset) (tickshred_day_last_published_seconds) > 26 * 3600, where each day brings"
                            + " one");
    private static final MeterSpec CHUNKS = whole("tickshred.day.chunks", "Chunks of a day in progress");
    private static final MeterSpec CHUNKS_DONE = progress("tickshred.day.chunks.done", "Those that are staged");
    private static final MeterSpec BATCHES = whole("tickshred.day.batches", "Batches of a day in progress");
    private static final MeterSpec BATCHES_DONE = progress("tickshred.day.batches.done", "Those that are written");
    private static final MeterSpec ROWS = whole("tickshred.day.rows", "Rows of the sources of a day in progress");
    private static final MeterSpec ROWS_DONE =
            progress("tickshred.day.rows.done", "Those that were routed, filtered or outside of the universe so far");
    private static final MeterSpec STAGED = progress(
                    "tickshred.day.staged", "Bytes staged so far for a day in progress")
            .in("bytes");

    private final GaugeTable days;
    private final GaugeTable lastPublished;
    private final Map<GaugeTable, ToDoubleFunction<DayStatus>> progress;
    private final Collection<String> datasets;

    /** @param datasets that are shown also where no day of theirs is known */
    public DayMetrics(MeterRegistry registry, Collection<String> datasets) {
        this.datasets = List.copyOf(datasets);
        days = new GaugeTable(DAYS, registry);
        lastPublished = new GaugeTable(LAST_PUBLISHED, registry);
        progress = Map.of(
                new GaugeTable(CHUNKS, registry), DayStatus::chunks,
                new GaugeTable(CHUNKS_DONE, registry), DayStatus::chunksDone,
                new GaugeTable(BATCHES, registry), DayStatus::batches,
                new GaugeTable(BATCHES_DONE, registry), DayStatus::batchesDone,
                new GaugeTable(ROWS, registry), DayStatus::rows,
                new GaugeTable(ROWS_DONE, registry), status -> status.routed() + status.filtered() + status.outside(),
                new GaugeTable(STAGED, registry), DayStatus::stagedBytes);
    }

    private static MeterSpec whole(String name, String meaning) {
        return ofDay(name, meaning).watched("None of its own: what is done is held against it");
    }

    private static MeterSpec progress(String name, String meaning) {
        return ofDay(name, meaning).watched("Unchanged for longer than a task may take: BacklogNotMoving says it");
    }

    private static MeterSpec ofDay(String name, String meaning) {
        return MeterSpec.gauge(name, meaning).tagged("dataset", "date");
    }

    /** What is shown. */
    public static MeterSection section() {
        return new MeterSection(
                "Days",
                "From the log's statuses. Each planner tells the same: take the maximum. Those by date are of days in"
                        + " progress, and gone with their end.",
                List.of(MeterSection.PLANNER),
                List.of(DAYS, LAST_PUBLISHED, CHUNKS, CHUNKS_DONE, BATCHES, BATCHES_DONE, ROWS, ROWS_DONE, STAGED));
    }

    /** Shows these days and no others. */
    public void show(List<DayStatus> statuses) {
        Map<String, Map<DayState, Long>> counts = new TreeMap<>();
        Map<String, Long> published = new TreeMap<>();
        new TreeSet<>(datasets).forEach(dataset -> counts.put(dataset, new TreeMap<>()));
        for (DayStatus status : statuses) {
            String dataset = status.day().dataset();
            counts.computeIfAbsent(dataset, d -> new TreeMap<>()).merge(status.state(), 1L, Long::sum);
            if (status.state() == DayState.PUBLISHED) {
                published.merge(dataset, status.at().getEpochSecond(), Math::max);
            }
        }
        List<GaugeTable.Row> rows = new ArrayList<>();
        counts.forEach((dataset, states) -> {
            for (DayState state : DayState.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                rows.add(new GaugeTable.Row(List.of(dataset, name), states.getOrDefault(state, 0L)));
            }
        });
        days.set(rows);
        lastPublished.set(published.entrySet().stream()
                .map(entry -> new GaugeTable.Row(List.of(entry.getKey()), entry.getValue()))
                .toList());
        List<DayStatus> running =
                statuses.stream().filter(status -> !status.state().ended()).toList();
        progress.forEach((table, figure) -> table.set(running.stream()
                .map(status -> new GaugeTable.Row(
                        List.of(status.day().dataset(), status.day().date().toString()), figure.applyAsDouble(status)))
                .toList()));
    }
}
