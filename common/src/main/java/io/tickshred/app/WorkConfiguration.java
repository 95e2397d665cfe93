package io.tickshred.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.fleet.MemoryPlan;
import io.tickshred.fleet.ScaleInProtection;
import io.tickshred.fleet.WorkSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much an instance works at a time.
 *
 * @param slots tasks in hand at a time; by default one more than engines, which fetches while the others compute
 * @param engines DuckDBs at a time, which tasks take turns at; by default as many as processors and memory suggest
 * @param scratch directory of its own for mirrors and spill; emptied at start
 * @param engineMemory memory limit of each DuckDB; by default what the container leaves
 * @param deliveryLimit deliveries after which a task is failed; keep it below the broker's own limit
 * @param drainTimeout how long a stop waits for tasks in hand; keep it below the orchestrator's stop timeout
 */
public record WorkConfiguration(
        @JsonProperty("slots") int slots,
        @JsonProperty("engines") int engines,
        @JsonProperty("scratch") Path scratch,
        @JsonProperty("engineMemory") Optional<DataSize> engineMemory,
        @JsonProperty("deliveryLimit") int deliveryLimit,
        @JsonProperty("drainTimeout") Duration drainTimeout) {
    private static final Path DEFAULT_SCRATCH = Path.of(System.getProperty("java.io.tmpdir"), "tickshred");
    private static final int DEFAULT_DELIVERY_LIMIT = 5;
    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.seconds(25);

    // What the file leaves out arrives as null or 0.
    public WorkConfiguration {
        engines = engines == 0 ? defaultEngines(slots) : engines;
        slots = slots == 0 ? engines + 1 : slots;
        scratch = scratch == null ? DEFAULT_SCRATCH : scratch;
        engineMemory = engineMemory == null ? Optional.empty() : engineMemory;
        deliveryLimit = deliveryLimit == 0 ? DEFAULT_DELIVERY_LIMIT : deliveryLimit;
        drainTimeout = drainTimeout == null ? DEFAULT_DRAIN_TIMEOUT : drainTimeout;
        if (slots < 1) {
            throw new IllegalArgumentException("work.slots must be at least 1: " + slots);
        }
        if (engines < 1) {
            throw new IllegalArgumentException("work.engines must be at least 1: " + engines);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("work.deliveryLimit must be at least 1: " + deliveryLimit);
        }
    }

    private static int defaultEngines(int slots) {
        Runtime runtime = Runtime.getRuntime();
        return MemoryPlan.engines(
                MemoryPlan.containerBytes(),
                runtime.maxMemory(),
                slots == 0 ? Integer.MAX_VALUE : slots,
                runtime.availableProcessors());
    }

    /** Settings for a queue whose tasks take turns at the given engines. */
    public WorkSettings settings(String instance, DuckDbEngines shared) {
        return new WorkSettings(
                instance,
                slots,
                scratch,
                shared,
                deliveryLimit,
                java.time.Duration.ofMillis(drainTimeout.toMilliseconds()),
                ScaleInProtection.ofEnvironment(System.getenv(), ScaleInProtection.Timing.DEFAULT));
    }

    static WorkConfiguration defaults() {
        return new WorkConfiguration(
                0, 0, DEFAULT_SCRATCH, Optional.empty(), DEFAULT_DELIVERY_LIMIT, DEFAULT_DRAIN_TIMEOUT);
    }

    /** How this process divides its memory. */
    public MemoryPlan memoryPlan() {
        MemoryPlan plan = MemoryPlan.ofThisProcess(engines);
        return engineMemory.map(size -> plan.withEngineBytes(size.toBytes())).orElse(plan);
    }
}
