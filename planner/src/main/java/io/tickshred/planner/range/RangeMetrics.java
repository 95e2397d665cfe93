package io.tickshred.planner.range;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.message.RangeStatus;
import io.tickshred.meter.GaugeTable;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the ranges stand, as figures: how many are in each state, and how many days of those in progress. A range that
 * has ended has no series of its own.
 */
public final class RangeMetrics {
    private static final MeterSpec RANGES = MeterSpec.gauge(
                    "tickshred.ranges",
                    "Ranges that the log tells of, by dataset and state (running, stopping, done, failed, stopped)")
            .tagged("dataset", "state")
            .ruled("RangeFailed");
    private static final MeterSpec DAYS = MeterSpec.gauge(
                    "tickshred.range.days",
                    "Days of a range in progress by state (waiting, running, published, failed, skipped)")
            .tagged("dataset", "range", "state")
            .watched("Published unchanged for longer than a day may take: look at the day that runs");

    private final GaugeTable ranges;
    private final GaugeTable days;
    private final Collection<String> datasets;

    /** @param datasets that are shown also where no range of theirs is known */
    public RangeMetrics(MeterRegistry registry, Collection<String> datasets) {
        this.datasets = List.copyOf(datasets);
        ranges = new GaugeTable(RANGES, registry);
        days = new GaugeTable(DAYS, registry);
    }

    /** What is shown. */
    public static MeterSection section() {
        return new MeterSection(
                "Ranges",
                "From the log's statuses. Each planner tells the same: take the maximum. Those by range (from..to) are of"
                        + " ranges in progress, and gone with their end.",
                List.of(MeterSection.PLANNER),
                List.of(RANGES, DAYS));
    }

    /** Shows these ranges and no others. */
    public void show(List<RangeStatus> statuses) {
        Map<String, Map<RangeState, Long>> counts = new TreeMap<>();
        new TreeSet<>(datasets).forEach(dataset -> counts.put(dataset, new TreeMap<>()));
        for (RangeStatus status : statuses) {
            counts.computeIfAbsent(status.range().dataset(), d -> new TreeMap<>())
                    .merge(status.state(), 1L, Long::sum);
        }
        List<GaugeTable.Row> rows = new ArrayList<>();
        counts.forEach((dataset, states) -> {
            for (RangeState state : RangeState.values()) {
                rows.add(new GaugeTable.Row(List.of(dataset, tag(state)), states.getOrDefault(state, 0L)));
            }
        });
        ranges.set(rows);
        days.set(statuses.stream()
                .filter(status -> !status.state().ended())
                .flatMap(status -> List.of(RangeDay.State.values()).stream()
                        .map(state -> new GaugeTable.Row(
                                List.of(status.range().dataset(), status.range().dates(), tag(state)),
                                count(status, state))))
                .toList());
    }

    private static int count(RangeStatus status, RangeDay.State state) {
        return switch (state) {
            case WAITING -> status.waiting();
            case RUNNING -> status.running();
            case PUBLISHED -> status.published();
            case FAILED -> status.failed();
            case SKIPPED -> status.skipped();
        };
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
