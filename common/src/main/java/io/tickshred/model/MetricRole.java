package io.tickshred.model;

import java.util.List;

/**
 * A name by which a metric's SQL refers to a column of its table, whatever the table calls it.
 *
 * @param name lower-case word, such as {@code price}
 * @param candidates column names or DuckDB expressions over the table's columns; the first that the table has is taken
 * @param optional whether it is null where the table has none of them, instead of a failure of the metric
 */
public record MetricRole(String name, List<String> candidates, boolean optional) {
    public MetricRole {
        candidates = List.copyOf(candidates);
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "a role must be a lower-case word such as price or bid_size, found '" + name + "'");
        }
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("role " + name + " must have a column");
        }
    }
}
