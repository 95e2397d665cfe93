package io.tickshred.message;

import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourcesHash;

/**
 * A plan was published: the first record of the plan on {@code chunk-results}, where the ledger folds it.
 *
 * @param sources hash of all that the plan's chunks are to read; the results must add up to it
 */
public record PlanOpened(PlanHeader header, SourcesHash sources) implements Message {}
