package io.tickshred.model;

/**
 * One column of a table's output: its name, and the DuckDB expression over the source's columns that makes it. Trusted
 * configuration: never built from a message.
 */
public record OutputColumn(String name, String expression) {
    /** First in a select: stands for all columns of the source, before those that are added or replaced. */
    public static final OutputColumn ALL = new OutputColumn("*", "*");

    public OutputColumn {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a column's name must not be blank");
        }
        if (expression.isBlank()) {
            throw new IllegalArgumentException("expression of column " + name + " must not be blank");
        }
    }
}
