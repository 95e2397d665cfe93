package io.tickshred.finalizer.sweep;

/**
 * Something that may be deleted.
 *
 * @param reason why nobody needs it, in a few words for a person
 */
public record Removal(Found found, String reason) {}
