package io.tickshred.duckdb;

import java.util.Objects;
import java.util.Optional;

/** A metric's SQL is not allowed, wrong, or failed on the data. One line, and the line of the SQL where it is known. */
public final class MetricException extends Exception {
    private static final long serialVersionUID = 1;

    /** From 1; 0 where it is not known. */
    private final int line;

    MetricException(Optional<Integer> line, String message) {
        super(message);
        this.line = line.orElse(0);
    }

    MetricException(Optional<Integer> line, String message, Throwable cause) {
        super(message, cause);
        this.line = line.orElse(0);
    }

    /** Line of the metric's SQL file, from 1. */
    public Optional<Integer> line() {
        return line == 0 ? Optional.empty() : Optional.of(line);
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
