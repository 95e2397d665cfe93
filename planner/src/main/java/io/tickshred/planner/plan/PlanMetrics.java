package io.tickshred.planner.plan;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/**
 * What planning counts. Alert when {@code tickshred_plan_requests_total{outcome=~"failed|malformed"}} rises. Objects
 * per second of planning are {@code rate(tickshred_plan_objects_total) / rate(tickshred_plan_seconds_sum)}.
 */
final class PlanMetrics {
    private final MeterRegistry registry;
    private final Counter objects;
    private final Counter chunks;
    private final Timer time;

    PlanMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            requests(outcome);
        }
        objects = Counter.builder("tickshred.plan.objects")
                .description("Source objects planned")
                .register(registry);
        chunks = Counter.builder("tickshred.plan.chunks")
                .description("Chunk tasks made")
                .register(registry);
        time = Timer.builder("tickshred.plan")
                .description("Time that planning a day took, failed ones included")
                .register(registry);
    }

    /** What became of a request. */
    enum Outcome {
        PLANNED,
        DUPLICATE,
        EMPTY,
        FAILED,
        MALFORMED
    }

    void request(Outcome outcome) {
        requests(outcome).increment();
    }

    void planned(int plannedObjects, int plannedChunks) {
        objects.increment(plannedObjects);
        chunks.increment(plannedChunks);
    }

    void took(Duration duration) {
        time.record(duration);
    }

    private Counter requests(Outcome outcome) {
        return Counter.builder("tickshred.plan.requests")
                .description("Plan requests by what became of them")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
