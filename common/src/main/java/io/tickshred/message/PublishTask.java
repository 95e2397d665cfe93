package io.tickshred.message;

import io.tickshred.model.PlanHeader;
import java.util.Optional;

/**
 * Work for one finalizer: every batch is uploaded; write the manifest, then delete staging. Key {@code plan/publish}.
 *
 * @param results where the accepted results of the plan's chunks stand; absent in the naive mode, in which the batches'
 *     results say where every row of the sources went
 * @param batchResults where the accepted batch results stand in {@code batch-results}
 */
public record PublishTask(PlanHeader header, Optional<ResultRange> results, ResultRange batchResults)
        implements Message {}
