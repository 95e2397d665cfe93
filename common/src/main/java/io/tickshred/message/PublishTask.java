package io.tickshred.message;

import io.tickshred.model.PlanHeader;

/**
 * Work for one finalizer: every batch is uploaded; write the manifest, then delete staging. Key {@code plan/publish}.
 *
 * @param batchResults where the accepted batch results stand in {@code batch-results}
 */
public record PublishTask(PlanHeader header, ResultRange results, ResultRange batchResults) implements Message {}
