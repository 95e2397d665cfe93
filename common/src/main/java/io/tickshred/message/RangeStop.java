package io.tickshred.message;

import io.tickshred.model.RangeId;

/**
 * Tells a range to begin no further day; those in progress go on to their end. On {@code plan-requests}, passed on to
 * {@code range-events}.
 */
public record RangeStop(RangeId range) implements Message {}
