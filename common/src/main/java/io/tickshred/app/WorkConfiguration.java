package io.tickshred.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.tickshred.fleet.MemoryPlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much an instance works at a time.
 *
 * @param slots tasks at a time
 * @param scratch directory of its own for mirrors and spill; emptied at start
 * @param duckdbMemory memory limit of each slot's DuckDB; by default what the container leaves
 * @param deliveryLimit deliveries after which a task is failed; keep it below the broker's own limit
 * @param drainTimeout how long a stop waits for tasks in hand; keep it below the orchestrator's stop timeout
 */
public record WorkConfiguration(
        @JsonProperty("slots") int slots,
        @JsonProperty("scratch") Path scratch,
        @JsonProperty("duckdbMemory") Optional<DataSize> duckdbMemory,
        @JsonProperty("deliveryLimit") int deliveryLimit,
        @JsonProperty("drainTimeout") Duration drainTimeout) {
    public WorkConfiguration {
        slots = slots == 0 ? 1 : slots;
        scratch = scratch == null ? Path.of(System.getProperty("java.io.tmpdir"), "tickshred") : scratch;
        duckdbMemory = duckdbMemory == null ? Optional.empty() : duckdbMemory;
        deliveryLimit = deliveryLimit == 0 ? 5 : deliveryLimit;
        drainTimeout = drainTimeout == null ? Duration.seconds(25) : drainTimeout;
        if (slots < 1) {
            throw new IllegalArgumentException("work.slots must be at least 1: " + slots);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("work.deliveryLimit must be at least 1: " + deliveryLimit);
        }
    }

    static WorkConfiguration defaults() {
        return new WorkConfiguration(0, null, Optional.empty(), 0, null);
    }

    /** How this process divides its memory over the slots. */
    public MemoryPlan memoryPlan() {
        MemoryPlan plan = MemoryPlan.ofThisProcess(slots);
        return duckdbMemory.map(size -> plan.withSlotBytes(size.toBytes())).orElse(plan);
    }
}
