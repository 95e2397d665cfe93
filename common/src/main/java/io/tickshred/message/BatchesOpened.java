package io.tickshred.message;

/** A day was fanned out: the first record of the plan on {@code batch-results}, where the batch ledger folds it. */
public record BatchesOpened(DayComplete day) implements Message {}
