package io.tickshred.fleet;

import io.tickshred.duckdb.DuckDbEngines;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How one instance works on its queue.
 *
 * @param instance its name, unique in the fleet while it runs
 * @param slots tasks in hand at a time
 * @param scratch directory of its own for mirrors, results and spill; cleared at the start
 * @param engines what tasks take turns at
 * @param deliveryLimit deliveries after which a task is failed
 * @param drainTimeout how long a stop waits for the tasks in hand
 * @param protection held while a task is in hand; closed by the service that works with it
 */
public record WorkSettings(
        String instance,
        int slots,
        Path scratch,
        DuckDbEngines engines,
        int deliveryLimit,
        Duration drainTimeout,
        ScaleInProtection protection) {
    public WorkSettings {
        if (slots < 1) {
            throw new IllegalArgumentException("slots must be at least 1: " + slots);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("deliveryLimit must be at least 1: " + deliveryLimit);
        }
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("drainTimeout must not be negative: " + drainTimeout);
        }
    }

    /** Settings where no orchestrator scales. */
    public WorkSettings(
            String instance, int slots, Path scratch, DuckDbEngines engines, int deliveryLimit, Duration drainTimeout) {
        this(instance, slots, scratch, engines, deliveryLimit, drainTimeout, ScaleInProtection.none());
    }
}
