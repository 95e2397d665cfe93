package io.tickshred.model;

/**
 * One column of a metric's objects.
 *
 * @param type as DuckDB spells it, such as {@code DOUBLE}
 */
public record MetricColumn(String name, String type) {}
