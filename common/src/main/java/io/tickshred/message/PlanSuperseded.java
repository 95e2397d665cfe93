package io.tickshred.message;

import io.tickshred.model.PlanId;

/** A forced run took the place of a plan in progress; its ledgers close it without a word on the day's status. */
public record PlanSuperseded(PlanId plan, PlanId by) implements Message {}
