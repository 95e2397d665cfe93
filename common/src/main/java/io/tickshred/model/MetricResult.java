package io.tickshred.model;

import java.util.List;
import java.util.Optional;

/**
 * What one metric of one batch came to.
 *
 * @param columns of the object, in order; empty on failure
 * @param file the object; empty on failure
 */
public record MetricResult(
        String metric, List<MetricColumn> columns, Optional<MetricFile> file, Optional<MetricFailure> failure) {
    public MetricResult {
        columns = List.copyOf(columns);
        if (file.isPresent() == failure.isPresent()) {
            throw new IllegalArgumentException("a result of metric " + metric + " must have an object or a failure");
        }
    }

    public static MetricResult done(MetricFile file, List<MetricColumn> columns) {
        return new MetricResult(file.metric(), columns, Optional.of(file), Optional.empty());
    }

    public static MetricResult failed(MetricFailure failure) {
        return new MetricResult(failure.metric(), List.of(), Optional.empty(), Optional.of(failure));
    }
}
