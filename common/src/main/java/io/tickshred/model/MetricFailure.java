package io.tickshred.model;

import java.util.Optional;

/**
 * Why a metric could not be computed, in one line for a person. It fails that metric's day and nothing else.
 *
 * @param batch the first batch that it failed in
 * @param file SQL file as the dataset names it, or name of the shipped definition
 * @param line of the file, from 1, where DuckDB said it, or else where the statement begins; the reason says which
 */
public record MetricFailure(String metric, int batch, String file, Optional<Integer> line, String reason) {
    public MetricFailure {
        reason = reason.strip().replaceAll("\\s*\\R\\s*", " ");
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("a metric's failure must have a reason");
        }
    }

    @Override
    public String toString() {
        return "metric " + metric + ": " + file
                + line.map(number -> ":" + number).orElse("") + ": " + reason;
    }
}
