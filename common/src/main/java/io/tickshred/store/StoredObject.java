package io.tickshred.store;

import java.time.Instant;

/**
 * An object as a store describes it.
 *
 * @param key relative to the store's root
 * @param etag opaque version of the content, without quotes; differs when the content was replaced
 */
public record StoredObject(String key, long sizeBytes, String etag, Instant lastModified) {}
