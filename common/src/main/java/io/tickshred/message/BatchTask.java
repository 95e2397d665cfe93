package io.tickshred.message;

import io.tickshred.model.PlanHeader;

/** Work for one finalizer: merge-sort, prove and upload one batch in all tables. Key {@code plan/batch}. */
public record BatchTask(PlanHeader header, ResultRange results, int batch) implements Message {}
