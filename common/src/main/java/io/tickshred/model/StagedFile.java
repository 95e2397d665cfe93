package io.tickshred.model;

/** One staged object: its key relative to the staging store, its size, and its SHA-256 as 64 hexadecimal digits. */
public record StagedFile(String key, long sizeBytes, String sha256) {}
