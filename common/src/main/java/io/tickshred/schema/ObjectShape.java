package io.tickshred.schema;

import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import java.util.List;
import java.util.Optional;

/**
 * The wanted columns that some objects of a table have alike.
 *
 * @param key the first of those objects in key order
 * @param objects how many there are
 * @param columns in the objects' order
 */
public record ObjectShape(String key, long objects, List<SourceColumn> columns) {
    public ObjectShape {
        columns = List.copyOf(columns);
    }

    Optional<ColumnType> type(String column) {
        return columns.stream()
                .filter(c -> c.name().equals(column))
                .map(SourceColumn::type)
                .findFirst();
    }

    /** A column whose name differs in case alone. */
    Optional<String> nameLike(String column) {
        return columns.stream()
                .map(SourceColumn::name)
                .filter(name -> name.equalsIgnoreCase(column) && !name.equals(column))
                .findFirst();
    }

    List<String> names() {
        return columns.stream().map(SourceColumn::name).toList();
    }
}
