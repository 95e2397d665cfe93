package io.tickshred.model;

/**
 * One staged object.
 *
 * @param key relative to the staging store
 * @param etag version that the store gave it, so that a reader meets just this one
 * @param sha256 64 hexadecimal digits
 */
public record StagedFile(String key, long sizeBytes, String etag, String sha256) {}
