package io.tickshred.planner.plan;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What planning counts. */
final class PlanMetrics {
    private static final MeterSpec REQUESTS = MeterSpec.counter(
                    "tickshred.plan.requests",
                    "Plan requests by what became of them: planned, duplicate (published or in progress already), empty (no"
                            + " objects, and allowed to be so), failed, malformed")
            .tagged("outcome")
            .ruled("PlanRequestFailed");
    private static final MeterSpec OBJECTS = MeterSpec.counter("tickshred.plan.objects", "Source objects planned")
            .watched(
                    "rate(tickshred_plan_objects_total) / rate(tickshred_plan_seconds_sum) is objects per second of planning");
    private static final MeterSpec CHUNKS = MeterSpec.counter("tickshred.plan.chunks", "Chunk tasks made")
            .watched("Above tickshred_ledger_results_total for long: chunks wait for workers");
    private static final MeterSpec TIME = MeterSpec.timer(
                    "tickshred.plan", "Time that planning a day took, failed ones included")
            .watched("A maximum above the patience of those who wait for the day's begin");

    private final MeterRegistry registry;
    private final Counter objects;
    private final Counter chunks;
    private final Timer time;

    PlanMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            requests(outcome);
        }
        objects = OBJECTS.counter(registry);
        chunks = CHUNKS.counter(registry);
        time = TIME.timer(registry);
    }

    static MeterSection section() {
        return new MeterSection(
                "Planning", "Of a planner.", List.of(MeterSection.PLANNER), List.of(REQUESTS, OBJECTS, CHUNKS, TIME));
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
        return REQUESTS.counter(registry, outcome.name().toLowerCase(Locale.ROOT));
    }
}
