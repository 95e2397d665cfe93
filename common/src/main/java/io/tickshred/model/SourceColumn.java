package io.tickshred.model;

/** A column of a table's sources: its name as the sources spell it, and the type that its values are read as. */
public record SourceColumn(String name, ColumnType type) {
    public SourceColumn {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a source column must have a name");
        }
    }
}
