package io.tickshred.planner.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.Manifests;
import io.tickshred.testkit.Statuses;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DayMetricsTest {
    private static final Instant AT = Instant.parse("2026-01-06T03:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DayMetrics metrics = new DayMetrics(registry, List.of("trades", "quotes"));

    private static DayStatus status(String dataset, int date, DayState state) {
        return Statuses.of(new Day(dataset, LocalDate.of(2026, 1, date)), state, AT.plusSeconds(date))
                .chunksDone(3)
                .chunks(10)
                .batchesDone(1)
                .batches(4)
                .rows(1000)
                .routed(200)
                .filtered(30)
                .outside(4)
                .stagedBytes(5000)
                .plan(PlanId.create(AT))
                .build();
    }

    private double days(String dataset, String state) {
        return registry.get("tickshred.days")
                .tags("dataset", dataset, "state", state)
                .gauge()
                .value();
    }

    @Test
    void daysAreCountedByStateAndADatasetWithoutAnyHasNone() {
        metrics.show(List.of(
                status("trades", 5, DayState.PUBLISHED),
                status("trades", 6, DayState.PUBLISHED),
                status("trades", 7, DayState.SHREDDING)));

        assertThat(days("trades", "published")).isEqualTo(2);
        assertThat(days("trades", "shredding")).isEqualTo(1);
        assertThat(days("trades", "failed")).isZero();
        assertThat(days("quotes", "published")).isZero();
        assertThat(lastPublished()).isEqualTo(AT.plusSeconds(6).getEpochSecond());
    }

    /** Else the alert on days that no longer come is silenced by whoever asks again for an old one. */
    @Test
    void aDuplicateRequestIsNoPublication() {
        metrics.show(List.of(PlanStatus.noted(status("trades", 5, DayState.PUBLISHED), "published before")));

        assertThat(lastPublished()).isEqualTo(AT.plusSeconds(5).getEpochSecond());
    }

    @Test
    void aDayThatIsKnownByItsManifestWasPublishedByItsOwnTimeAndHasNotFailed() {
        Day day = new Day("trades", LocalDate.of(2026, 1, 5));
        Manifest manifest = Manifests.of(day, PlanId.create(AT), AT).build();
        DayStatus failed = status("trades", 5, DayState.FAILED);

        metrics.show(List.of(PlanStatus.published(manifest, "s3://b/manifest.json", "before", Optional.of(failed))));

        assertThat(days("trades", "published")).isEqualTo(1);
        assertThat(days("trades", "failed")).isZero();
        assertThat(lastPublished()).isEqualTo(AT.getEpochSecond());
    }

    private double lastPublished() {
        return registry.get("tickshred.day.last.published")
                .tag("dataset", "trades")
                .gauge()
                .value();
    }

    @Test
    void aDayInProgressHasItsFiguresAndLosesThemWithItsEnd() {
        metrics.show(List.of(status("trades", 5, DayState.PUBLISHED), status("trades", 7, DayState.SHREDDING)));
        double done = figure("tickshred.day.chunks.done");
        double rows = figure("tickshred.day.rows.done");
        double staged = figure("tickshred.day.staged");
        boolean ended =
                registry.find("tickshred.day.chunks").tag("date", "2026-01-05").gauge() != null;
        metrics.show(List.of(status("trades", 5, DayState.PUBLISHED), status("trades", 7, DayState.PUBLISHED)));

        assertThat(done).isEqualTo(3);
        assertThat(rows).isEqualTo(234);
        assertThat(staged).isEqualTo(5000);
        assertThat(ended).isFalse();
        assertThat(registry.find("tickshred.day.chunks").gauges()).isEmpty();
    }

    private double figure(String name) {
        return registry.get(name)
                .tags("dataset", "trades", "date", "2026-01-07")
                .gauge()
                .value();
    }
}
