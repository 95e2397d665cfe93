package io.tickshred.finalizer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What a finalizer counts: batches and metrics by outcome, rows and bytes written, and how long a batch takes. */
final class FinalizerMetrics {
    private final Counter done;
    private final Counter retried;
    private final Counter failed;
    private final Counter rows;
    private final Counter bytes;
    private final Timer duration;
    private final Counter metricsDone;
    private final Counter metricsFailed;

    FinalizerMetrics(MeterRegistry registry) {
        done = outcome(registry, "done");
        retried = outcome(registry, "retried");
        failed = outcome(registry, "failed");
        rows = Counter.builder("tickshred.finalizer.rows")
                .description("Rows written to batches, attempts that lost included")
                .baseUnit("rows")
                .register(registry);
        bytes = Counter.builder("tickshred.finalizer.bytes")
                .description("Bytes uploaded as batches")
                .baseUnit("bytes")
                .register(registry);
        metricsDone = metric(registry, "done");
        metricsFailed = metric(registry, "failed");
        duration = Timer.builder("tickshred.finalizer.batch")
                .description("Time from taking a batch to its upload")
                .register(registry);
    }

    private static Counter outcome(MeterRegistry registry, String outcome) {
        return Counter.builder("tickshred.finalizer.tasks")
                .description("Tasks of batch-tasks by outcome; alert when failed rises")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter metric(MeterRegistry registry, String outcome) {
        return Counter.builder("tickshred.finalizer.metrics")
                .description("Metrics of batches by outcome; alert when failed rises")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** A metric of a batch was computed, or failed. */
    void computed(boolean failure) {
        (failure ? metricsFailed : metricsDone).increment();
    }

    void batchDone(long batchRows, long batchBytes, Duration took) {
        done.increment();
        rows.increment(batchRows);
        bytes.increment(batchBytes);
        duration.record(took);
    }

    void failed(boolean retrying) {
        (retrying ? retried : failed).increment();
    }
}
