package io.tickshred.planner.range;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.testkit.Statuses;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RangeMetrics metrics = new RangeMetrics(registry, List.of("trades", "quotes"));

    private static RangeStatus status(String range, RangeState state) {
        return Statuses.of(RangeId.parse(range), state, Instant.EPOCH)
                .published(5)
                .failed(1)
                .skipped(2)
                .running(3)
                .waiting(4)
                .onFailedDay(FailedDayRule.CONTINUE)
                .build();
    }

    private double ranges(String dataset, String state) {
        return registry.get("tickshred.ranges")
                .tags("dataset", dataset, "state", state)
                .gauge()
                .value();
    }

    private double days(String state) {
        return registry.get("tickshred.range.days")
                .tags("dataset", "trades", "range", "2026-01-05..2026-01-30", "state", state)
                .gauge()
                .value();
    }

    @Test
    void rangesAreCountedByStateAndADatasetWithoutAnyHasNone() {
        metrics.show(List.of(
                status("trades/2026-01-05..2026-01-30", RangeState.RUNNING),
                status("trades/2025-01-05..2025-01-30", RangeState.FAILED),
                status("trades/2024-01-05..2024-01-30", RangeState.FAILED)));

        assertThat(ranges("trades", "running")).isEqualTo(1);
        assertThat(ranges("trades", "failed")).isEqualTo(2);
        assertThat(ranges("trades", "done")).isZero();
        assertThat(ranges("quotes", "failed")).isZero();
    }

    @Test
    void aRangeInProgressHasItsDaysByStateAndLosesThemWithItsEnd() {
        metrics.show(List.of(
                status("trades/2026-01-05..2026-01-30", RangeState.STOPPING),
                status("trades/2025-01-05..2025-01-30", RangeState.DONE)));
        List<Double> days =
                List.of(days("published"), days("failed"), days("skipped"), days("running"), days("waiting"));
        int series = registry.find("tickshred.range.days").gauges().size();
        metrics.show(List.of(status("trades/2026-01-05..2026-01-30", RangeState.STOPPED)));

        assertThat(days).containsExactly(5.0, 1.0, 2.0, 3.0, 4.0);
        assertThat(series).as("of the one in progress alone").isEqualTo(5);
        assertThat(registry.find("tickshred.range.days").gauges()).isEmpty();
        assertThat(ranges("trades", "stopped")).isEqualTo(1);
    }
}
