package io.tickshred.finalizer.publish;

/** What made the objects: recorded in each manifest. */
public record Versions(String tickshred, String duckdb) {}
