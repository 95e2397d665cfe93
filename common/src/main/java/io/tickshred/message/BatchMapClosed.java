package io.tickshred.message;

import io.tickshred.model.PlanId;

/**
 * The plan has ended: takes the place of part 0 of its batch map, the other parts get tombstones. A worker that still
 * meets a task of the plan drops it.
 */
public record BatchMapClosed(PlanId plan, String reason) implements Message {}
