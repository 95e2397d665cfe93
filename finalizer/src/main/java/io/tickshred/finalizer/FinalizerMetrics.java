package io.tickshred.finalizer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.model.Manifest;
import java.time.Duration;
import java.util.Locale;

/**
 * What a finalizer counts: batches and metrics by outcome, rows and bytes written, how long a batch takes, and how far
 * the plan's estimates were off. Look for another estimator when {@code tickshred_finalizer_estimate_error_max} stays
 * above 1: a batch then had more than twice the rows that it was planned for, or less than half. It costs memory of
 * whoever loads the batches when {@code tickshred_finalizer_overgrown_total} rises, and time when
 * {@code tickshred_finalizer_spilled_bytes_total} does.
 */
final class FinalizerMetrics {
    private final MeterRegistry registry;
    private final Counter done;
    private final Counter retried;
    private final Counter failed;
    private final Counter rows;
    private final Counter bytes;
    private final Timer duration;
    private final Counter metricsDone;
    private final Counter metricsFailed;

    FinalizerMetrics(MeterRegistry registry) {
        this.registry = registry;
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

    /**
     * Records each batch's error: the greater of actual and estimated rows over the less, less one, so that 0 is exact
     * and 1 is twice or half.
     */
    void published(Manifest manifest) {
        DistributionSummary error = DistributionSummary.builder("tickshred.finalizer.estimate.error")
                .description("Estimated against actual rows of the batches of published days; 0 is exact, 1 is twice")
                .tag("dataset", manifest.day().dataset())
                .tag(
                        "estimator",
                        manifest.figures()
                                .map(figures -> figures.estimator().name().toLowerCase(Locale.ROOT))
                                .orElse("unknown"))
                .register(registry);
        for (Manifest.ManifestBatch batch : manifest.batches()) {
            batch.estimatedRows().ifPresent(rows -> {
                double estimated =
                        Math.max(1, rows.stream().mapToLong(Long::longValue).sum());
                double actual = Math.max(
                        1,
                        batch.files().stream()
                                .mapToLong(file -> file.proof().rows())
                                .sum());
                error.record(Math.max(estimated / actual, actual / estimated) - 1);
            });
        }
    }

    /** Counts a batch that is done, and whether it turned out larger than planned and than a cap. */
    void overgrown(String dataset, boolean larger) {
        Counter.builder("tickshred.finalizer.overgrown")
                .description("Batches that turned out larger than planned and than a cap; choose another estimator when"
                        + " this rises")
                .tag("dataset", dataset)
                .register(registry)
                .increment(larger ? 1 : 0);
    }

    /**
     * Reports what the process's DuckDBs spilled to disk; a process that runs other services too counts theirs with it.
     */
    void spilling(DuckDbEngines engines) {
        FunctionCounter.builder("tickshred.finalizer.spilled", engines, DuckDbEngines::spilledBytes)
                .description("Bytes that did not fit in DuckDB's memory and went through scratch disk")
                .baseUnit("bytes")
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
