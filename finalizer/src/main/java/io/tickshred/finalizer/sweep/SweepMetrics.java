package io.tickshred.finalizer.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What sweeps count. Alert when {@code tickshred_finalizer_sweeps_total{outcome="failed"}} rises and
 * {@code outcome="done"} does not for two periods: what dead attempts left then stays, and costs.
 */
final class SweepMetrics {
    private final Counter done;
    private final Counter failed;
    private final Counter deleted;
    private final Counter listed;
    private final Counter deletedBytes;

    SweepMetrics(MeterRegistry registry) {
        done = sweeps(registry, "done");
        failed = sweeps(registry, "failed");
        deleted = things(registry, "deleted");
        listed = things(registry, "listed");
        deletedBytes = Counter.builder("tickshred.finalizer.swept.bytes")
                .description("Bytes of what sweeps deleted")
                .baseUnit("bytes")
                .register(registry);
    }

    private static Counter sweeps(MeterRegistry registry, String outcome) {
        return Counter.builder("tickshred.finalizer.sweeps")
                .description("Sweeps of a dataset by outcome; alert when failed rises and done does not")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter things(MeterRegistry registry, String outcome) {
        return Counter.builder("tickshred.finalizer.swept")
                .description("Objects and uploads that sweeps deleted, or listed")
                .tag("outcome", outcome)
                .register(registry);
    }

    void done() {
        done.increment();
    }

    void failed() {
        failed.increment();
    }

    void found(boolean delete, long bytes) {
        (delete ? deleted : listed).increment();
        if (delete) {
            deletedBytes.increment(bytes);
        }
    }
}
