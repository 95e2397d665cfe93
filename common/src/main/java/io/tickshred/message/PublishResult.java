package io.tickshred.message;

import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.PlanId;
import java.util.List;
import java.util.Optional;

/**
 * The manifest was written, or could not be. Key: the plan id, on {@code batch-results}.
 *
 * @param manifest full URI of the manifest; empty on failure
 * @param failedMetrics metrics that the manifest marks failed; absent where all went well
 * @param note what a person should know of the published day, such as batches that outgrew their caps
 */
public record PublishResult(
        PlanId plan,
        Optional<String> manifest,
        Optional<Failure> failure,
        Optional<List<MetricFailure>> failedMetrics,
        Optional<String> note)
        implements Message {
    public PublishResult {
        failedMetrics = failedMetrics.map(List::copyOf);
    }

    /** A result with no failed metric. */
    public PublishResult(PlanId plan, Optional<String> manifest, Optional<Failure> failure) {
        this(plan, manifest, failure, Optional.empty(), Optional.empty());
    }
}
