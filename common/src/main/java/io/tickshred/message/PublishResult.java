package io.tickshred.message;

import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import java.util.Optional;

/**
 * The manifest was written, or could not be. Key: the plan id, on {@code batch-results}.
 *
 * @param manifest full URI of the manifest; empty on failure
 */
public record PublishResult(PlanId plan, Optional<String> manifest, Optional<Failure> failure) implements Message {}
