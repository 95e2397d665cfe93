package io.tickshred.planner.batching;

import io.tickshred.model.Batch;

/**
 * A batch and whether it passes a cap.
 *
 * @param batch its number, its listings in listing order, and their rows in each table as estimated
 * @param fullness of its fullest table, in rows or bytes; 1 at the cap
 * @param oversized true for one listing, or one group, that alone weighs more than a batch may
 */
public record PackedBatch(Batch batch, double fullness, boolean oversized) {}
