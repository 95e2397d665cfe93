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
    private static final Path DEFAULT_SCRATCH = Path.of(System.getProperty("java.io.tmpdir"), "tickshred");
    private static final int DEFAULT_DELIVERY_LIMIT = 5;
    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.seconds(25);

    // What the file leaves out arrives as null or 0.
    public WorkConfiguration {
        slots = slots == 0 ? 1 : slots;
        scratch = scratch == null ? DEFAULT_SCRATCH : scratch;
        duckdbMemory = duckdbMemory == null ? Optional.empty() : duckdbMemory;
        deliveryLimit = deliveryLimit == 0 ? DEFAULT_DELIVERY_LIMIT : deliveryLimit;
        drainTimeout = drainTimeout == null ? DEFAULT_DRAIN_TIMEOUT : drainTimeout;
        if (slots < 1) {
            throw new IllegalArgumentException("work.slots must be at least 1: " + slots);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("work.deliveryLimit must be at least 1: " + deliveryLimit);
        }
    }

    static WorkConfiguration defaults() {
        return new WorkConfiguration(
                1, DEFAULT_SCRATCH, Optional.empty(), DEFAULT_DELIVERY_LIMIT, DEFAULT_DRAIN_TIMEOUT);
    }

    /** How this process divides its memory over the slots. */
    public MemoryPlan memoryPlan() {
        MemoryPlan plan = MemoryPlan.ofThisProcess(slots);
        return duckdbMemory.map(size -> plan.withSlotBytes(size.toBytes())).orElse(plan);
    }
}
