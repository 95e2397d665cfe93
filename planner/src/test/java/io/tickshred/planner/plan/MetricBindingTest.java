package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.PlanRequest;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricDefinition.MetricTable;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.PlainDataset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricBindingTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    private static MetricDefinition metric(String name, String sql) {
        return new MetricDefinition(
                name,
                "metrics/" + name + ".sql",
                sql,
                List.of(new MetricTable("trades", "trades")),
                List.of(),
                List.of(BucketWidth.DAY),
                BucketEdge.RIGHT,
                "UTC",
                false);
    }

    private DayPlan plan(MetricDefinition... metrics) throws Exception {
        DayFixture day = new DayFixture(directory);
        day.trades("XNAS", 0, 100, 1, 2);
        DatasetDefinition dataset = PlainDataset.of("equity", table("trades", 1000))
                .metrics(List.of(metrics))
                .build();
        PlanRequest request = PlanRequest.of("equity", DATE, false, List.of(), List.of());
        return day.planner().plan(dataset, dataset.tables(), request, PlanId.create(NOW), Optional.empty(), NOW);
    }

    @Test
    void aMetricThatDoesNotGoWithTheDaysColumnsIsToldOfInThePlanWithFileAndLine() throws Exception {
        DayPlan plan = plan(
                metric("good", "SELECT listing, max(Price) AS high FROM trades GROUP BY listing"),
                metric("bad", "SELECT listing,\n  max(Prize) AS high\nFROM trades GROUP BY listing"));

        assertThat(plan.header().figures().orElseThrow().notes())
                .singleElement()
                .asString()
                .startsWith("will fail: metric bad: metrics/bad.sql:2: ")
                .contains("Prize");
        assertThat(plan.note()).contains("metrics/bad.sql:2: ");
        assertThat(plan.header().batches()).isEqualTo(1);
    }

    @Test
    void metricsThatGoWithTheDaysColumnsAreNotMentioned() throws Exception {
        DayPlan plan = plan(metric("good", "SELECT listing, max(Price) AS high FROM trades GROUP BY listing"));

        assertThat(plan.header().figures().orElseThrow().notes()).isEmpty();
    }
}
