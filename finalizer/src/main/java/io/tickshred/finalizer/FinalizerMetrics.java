package io.tickshred.finalizer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.model.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a finalizer counts: metrics by outcome, rows and bytes written, how long a batch takes, and how far the plan's
 * estimates were off.
 */
final class FinalizerMetrics {
    private static final MeterSpec ROWS = MeterSpec.counter(
                    "tickshred.finalizer.rows", "Rows written to batches, attempts that lost included")
            .in("rows")
            .watched(
                    "rate 0 while tickshred_queue_backlog_tasks{queue=\"batch-tasks\"} is above 0: BacklogNotMoving says it");
    private static final MeterSpec BYTES = MeterSpec.counter(
                    "tickshred.finalizer.bytes", "Bytes uploaded as batches, attempts that lost included")
            .in("bytes")
            .watched("Per day, what the bucket grows by");
    private static final MeterSpec BATCH = MeterSpec.timer(
                    "tickshred.finalizer.batch", "Time from taking a batch to its upload")
            .watched(
                    "A maximum far above the mean: one batch is too large; look at its size on the page or in the manifest");
    private static final MeterSpec METRICS = MeterSpec.counter(
                    "tickshred.finalizer.metrics", "Metrics computed for a batch, by outcome: done or failed")
            .tagged("outcome")
            .ruled("MetricFailed");
    private static final MeterSpec ERROR = MeterSpec.summary(
                    "tickshred.finalizer.estimate.error",
                    "Estimated against actual rows of the batches of published days: the greater over the less, less one, so"
                            + " that 0 is exact and 1 is twice or half; exported from the first published day on")
            .tagged("dataset", "estimator")
            .ruled("EstimatesOff");

    private static final MeterSpec OVERGROWN = MeterSpec.counter(
                    "tickshred.finalizer.overgrown", "Batches that turned out larger than planned and than a cap")
            .tagged("dataset")
            .watched("It rises: loading the batches takes more memory than planned; choose another estimator");

    private final MeterRegistry registry;
    private final Counter rows;
    private final Counter bytes;
    private final Timer duration;
    private final Counter metricsDone;
    private final Counter metricsFailed;

    FinalizerMetrics(MeterRegistry registry) {
        this.registry = registry;
        rows = ROWS.counter(registry);
        bytes = BYTES.counter(registry);
        duration = BATCH.timer(registry);
        metricsDone = METRICS.counter(registry, "done");
        metricsFailed = METRICS.counter(registry, "failed");
    }

    static MeterSection section() {
        return new MeterSection(
                "Finalizing",
                "Of a finalizer.",
                List.of(MeterSection.FINALIZER),
                List.of(ROWS, BYTES, BATCH, METRICS, ERROR, OVERGROWN));
    }

    /**
     * Records each batch's error: the greater of actual and estimated rows over the less, less one, so that 0 is exact
     * and 1 is twice or half.
     */
    void published(Manifest manifest) {
        DistributionSummary error = ERROR.summary(
                registry,
                manifest.day().dataset(),
                manifest.figures()
                        .map(figures -> figures.estimator().name().toLowerCase(Locale.ROOT))
                        .orElse("unknown"));
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
        OVERGROWN.counter(registry, dataset).increment(larger ? 1 : 0);
    }

    /** A metric of a batch was computed, or failed. */
    void computed(boolean failure) {
        (failure ? metricsFailed : metricsDone).increment();
    }

    void batchDone(long batchRows, long batchBytes, Duration took) {
        rows.increment(batchRows);
        bytes.increment(batchBytes);
        duration.record(took);
    }
}
