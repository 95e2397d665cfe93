package io.tickshred.finalizer.sweep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSpec;
import java.util.List;

/** What sweeps count. */
final class SweepMetrics {
    private static final MeterSpec SWEEPS = MeterSpec.counter(
                    "tickshred.finalizer.sweeps", "Sweeps of a dataset by outcome, done or failed; where SWEEP is on")
            .tagged("outcome")
            .watched("failed rises and done does not for two periods: what dead attempts left then stays, and costs");
    private static final MeterSpec SWEPT = MeterSpec.counter(
                    "tickshred.finalizer.swept", "Objects and uploads that sweeps deleted, or listed")
            .tagged("outcome")
            .watched("deleted rises a lot: many attempts die");
    private static final MeterSpec BYTES = MeterSpec.counter(
                    "tickshred.finalizer.swept.bytes", "Bytes of what sweeps deleted")
            .in("bytes")
            .watched("What the buckets shrink by");

    private final Counter done;
    private final Counter failed;
    private final Counter deleted;
    private final Counter listed;
    private final Counter deletedBytes;

    SweepMetrics(MeterRegistry registry) {
        done = SWEEPS.counter(registry, "done");
        failed = SWEEPS.counter(registry, "failed");
        deleted = SWEPT.counter(registry, "deleted");
        listed = SWEPT.counter(registry, "listed");
        deletedBytes = BYTES.counter(registry);
    }

    static List<MeterSpec> specs() {
        return List.of(SWEEPS, SWEPT, BYTES);
    }

    void done() {
        done.increment();
    }

    void failed() {
        failed.increment();
    }

    void listed() {
        listed.increment();
    }

    void deleted(long bytes) {
        deleted.increment();
        deletedBytes.increment(bytes);
    }
}
