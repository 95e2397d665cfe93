package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.PlanId;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.testkit.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanReportTest {
    private static final Instant NOW = Instant.parse("2024-02-01T10:00:00Z");
    private static final Day DAY = new Day("trades", LocalDate.of(2024, 1, 2));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private int print(DayStatus status) {
        DayProgress day = new DayProgress(DAY, NOW);
        day.observe(status, NOW);
        return PlanReport.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), List.of(day));
    }

    private static DayStatus published() {
        return Statuses.of(DAY, DayState.PUBLISHED, NOW)
                .chunksDone(1)
                .chunks(1)
                .batchesDone(1)
                .batches(1)
                .rows(1)
                .routed(1)
                .plan(PlanId.create(NOW))
                .manifest("s3://out/manifest.json")
                .build();
    }

    @Test
    void aMetricThatFailedIsSaidByFileAndLineAndIsAFailure() {
        MetricFailure failure = new MetricFailure("vwap", 0, "vwap.sql", Optional.of(3), "no column Prise");

        int code = print(published().withFailedMetrics(List.of(failure)));

        assertThat(code).isEqualTo(1);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "trades/2024-01-02: metric vwap: vwap.sql:3: no column Prise",
                        "manifest  s3://out/manifest.json");
    }

    @Test
    void whatStandsOfAFailedDayIsANoteAndNotItsManifest() {
        PlanId earlier = PlanId.create(NOW.minusSeconds(60));
        DayStatus failed = Statuses.of(DAY, DayState.FAILED, NOW)
                .plan(PlanId.create(NOW))
                .build()
                .over(earlier, "s3://out/manifest.json");

        int code = print(failed);

        assertThat(code).isEqualTo(1);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("trades/2024-01-02: what plan " + earlier
                        + " published of the day still stands: s3://out/manifest.json");
    }

    @Test
    void aWholeDayIsNone() {
        assertThat(print(published())).isZero();
    }
}
