package io.tickshred.model;

import java.util.Optional;

/**
 * Why a day failed, in one line for a person.
 *
 * @param reason what was expected against what was found, on which date, table, chunk and attempt, and what to do
 * @param object the object at fault, where there is one
 */
public record Failure(String reason, Optional<String> object) {
    public Failure {
        reason = reason.strip().replaceAll("\\s*\\R\\s*", " ");
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("a failure must have a reason");
        }
    }

    @Override
    public String toString() {
        return object.filter(key -> !reason.contains(key))
                .map(key -> key + ": " + reason)
                .orElse(reason);
    }
}
