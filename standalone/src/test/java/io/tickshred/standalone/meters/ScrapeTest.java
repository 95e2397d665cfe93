package io.tickshred.standalone.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    private static final String TEXT = """
            # HELP tickshred_tasks_total Attempts
            # TYPE tickshred_tasks_total counter
            tickshred_tasks_total{outcome="done",queue="chunk-tasks"} 3.0
            tickshred_tasks_total{outcome="failed",queue="chunk-tasks"} 1.0
            tickshred_tasks_redelivered_total{colour="red"} 0.0
            tickshred_nobody_declared 1.0
            kafka_nobody_declared{client="x"} NaN
            jvm_threads_peak_threads 12.0
            tickshred_s3_requests_seconds_bucket{operation="Get \\"x\\"",status="200",le="+Inf"} 7
            """;

    @Test
    void whatIsNotDeclaredIsNamedWithItsLabels() {
        assertThat(Scrape.parse(TEXT).undeclared())
                .containsExactly(
                        "kafka_nobody_declared",
                        "tickshred_nobody_declared",
                        "tickshred_tasks_redelivered_total [colour]");
    }

    @Test
    void whatIsDeclaredAndNotThereIsNamedWithTheServiceThatLacksIt() {
        Scrape empty = Scrape.parse("");

        assertThat(Scrape.missing(Map.of("planner", empty, "shred-worker", Scrape.parse(TEXT), "finalizer", empty)))
                .contains(
                        "tickshred.tasks of finalizer",
                        "tickshred.queue.backlog of planner",
                        "tickshred.s3.requests of shred-worker",
                        "kafka.consumer.connection.count of planner")
                .doesNotContain("tickshred.tasks of shred-worker", "tickshred.tasks of planner");
    }

    @Test
    void valuesAreFoundByTheirLabels() {
        Scrape scrape = Scrape.parse(TEXT);

        assertThat(scrape.value("tickshred_tasks_total", Map.of("outcome", "failed")))
                .isEqualTo(1);
        assertThat(scrape.sum("tickshred_tasks_total", Map.of())).isEqualTo(4);
        assertThat(scrape.value("tickshred_days", Map.of())).isNaN();
    }
}
