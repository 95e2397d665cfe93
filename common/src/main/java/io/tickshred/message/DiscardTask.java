package io.tickshred.message;

import io.tickshred.model.Day;
import io.tickshred.model.PlanId;

/**
 * Work for one finalizer: delete what an ended plan left behind. Never names the plan that a manifest refers to. Key
 * {@code plan/discard}.
 *
 * @param output whether its uploaded batches go too, not only its staging
 */
public record DiscardTask(PlanId plan, Day day, boolean output) implements Message {}
