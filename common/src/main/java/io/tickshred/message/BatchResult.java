package io.tickshred.message;

import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricResult;
import io.tickshred.model.Overgrown;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceShare;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt at a batch came to. Key: the plan id, on {@code batch-results}.
 *
 * @param files one for each table in the plan's order; empty unless done
 * @param metrics one for each metric in the dataset's order; absent in results from before there were metrics
 * @param sources the rows of each source that the batch answers for, in the naive mode; absent where the day was
 *     shredded
 * @param overgrown tables that turned out larger than planned and than a cap; absent where there is none
 * @param retrying for a failure: whether another attempt follows
 * @param tookMillis how long the attempt worked; absent in failures, and in results of older finalizers
 */
public record BatchResult(
        PlanId plan,
        int batch,
        AttemptId attempt,
        String worker,
        List<BatchFile> files,
        Optional<Failure> failure,
        boolean retrying,
        Optional<List<MetricResult>> metrics,
        Optional<List<SourceShare>> sources,
        Optional<List<Overgrown>> overgrown,
        Optional<Long> tookMillis)
        implements Message {
    public BatchResult {
        files = List.copyOf(files);
        metrics = metrics.map(List::copyOf);
        sources = sources.map(List::copyOf);
        overgrown = overgrown.map(List::copyOf);
        if (files.isEmpty() != failure.isPresent()) {
            throw new IllegalArgumentException("a result of batch " + batch + " must carry either files or a failure");
        }
    }

    /**
     * A result of a day that was shredded, of which no table outgrew its plan, and which does not say how long it took.
     */
    public BatchResult(
            PlanId plan,
            int batch,
            AttemptId attempt,
            String worker,
            List<BatchFile> files,
            Optional<Failure> failure,
            boolean retrying,
            Optional<List<MetricResult>> metrics) {
        this(
                plan,
                batch,
                attempt,
                worker,
                files,
                failure,
                retrying,
                metrics,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A result without metrics. */
    public BatchResult(
            PlanId plan,
            int batch,
            AttemptId attempt,
            String worker,
            List<BatchFile> files,
            Optional<Failure> failure,
            boolean retrying) {
        this(plan, batch, attempt, worker, files, failure, retrying, Optional.empty());
    }
}
