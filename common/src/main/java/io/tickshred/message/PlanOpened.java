package io.tickshred.message;

import io.tickshred.model.PlanHeader;

/** A plan was published: the first record of the plan on {@code chunk-results}, where the ledger folds it. */
public record PlanOpened(PlanHeader header) implements Message {}
