package io.tickshred.store;

import java.time.Instant;
import java.util.Optional;

/**
 * An upload that was neither completed nor aborted.
 *
 * @param key of the object that it would become, relative to the store's root; empty where the store does not know
 * @param id what the store calls it
 * @param begun when it was begun, or last written to, by the store's clock
 */
public record UnfinishedUpload(Optional<String> key, String id, Instant begun) {}
