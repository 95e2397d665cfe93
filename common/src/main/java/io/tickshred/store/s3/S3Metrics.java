package io.tickshred.store.s3;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.metrics.SdkMetric;

/** Counts requests to S3 as the SDK made them: each attempt is one, as on the bill. */
final class S3Metrics implements MetricPublisher {
    static final MeterSpec REQUESTS = MeterSpec.timer(
                    "tickshred.s3.requests",
                    "Requests to S3 by operation (GetObject, UploadPart, …) and status: HTTP's, or what the SDK calls the"
                            + " failure where there was no answer (io, configuredtimeout, …), or none where it was given up;"
                            + " each attempt counts. The time is until the answer's body is complete")
            .tagged("operation", "status")
            .bounded(
                    Duration.ofMillis(10),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30))
            .ruled("S3Errors", "S3Throttles", "S3Slow");

    static final MeterSpec RETRIES = MeterSpec.counter(
                    "tickshred.s3.retries", "Requests to S3 that were made again after a failure")
            .tagged("operation")
            .watched("S3Errors and S3Throttles go by the failures themselves");

    static final MeterSection SECTION = new MeterSection(
            "S3",
            "Of the SDK's client. Series of an operation and status are there from the first such request on; none with"
                    + " directories as stores.",
            MeterSection.ALL,
            List.of(REQUESTS, RETRIES));

    private final MeterRegistry registry;

    S3Metrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void publish(MetricCollection call) {
        String operation = first(call, CoreMetric.OPERATION_NAME, "unknown");
        int retries = first(call, CoreMetric.RETRY_COUNT, 0);
        RETRIES.counter(registry, operation).increment(retries);
        Duration whole = first(call, CoreMetric.API_CALL_DURATION, Duration.ZERO);
        List<MetricCollection> attempts = call.children();
        for (MetricCollection attempt : attempts) {
            // The SDK times an attempt to its first byte only; a single attempt took as long as the call.
            Duration took = attempts.size() == 1 ? whole : first(attempt, CoreMetric.SERVICE_CALL_DURATION, whole);
            REQUESTS.timer(registry, operation, status(attempt)).record(took);
        }
    }

    private static String status(MetricCollection attempt) {
        List<Integer> codes = attempt.metricValues(HttpMetric.HTTP_STATUS_CODE);
        if (!codes.isEmpty()) {
            return Integer.toString(codes.get(0));
        }
        return first(attempt, CoreMetric.ERROR_TYPE, "none").toLowerCase(Locale.ROOT);
    }

    private static <T> T first(MetricCollection metrics, SdkMetric<T> metric, T otherwise) {
        List<T> values = metrics.metricValues(metric);
        return values.isEmpty() ? otherwise : values.get(0);
    }

    /** Holds nothing. */
    @Override
    public void close() {}
}
