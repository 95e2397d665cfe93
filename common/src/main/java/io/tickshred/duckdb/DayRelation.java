package io.tickshred.duckdb;

import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * SQL that reads objects as the day's columns: each cast to the day's type where the object has another, null where it
 * has none. All casts hold every value exactly or fail.
 */
public final class DayRelation {
    private DayRelation() {}

    /**
     * A query over files of one shape.
     *
     * @param day columns of the result
     * @param object types of the columns that the files have, by name
     * @param more further columns of the result, with a comma in front of each; empty for none
     */
    public static String of(List<SourceColumn> day, Map<String, ColumnType> object, List<Path> files, String more) {
        return "SELECT " + day.stream().map(c -> column(c, object)).collect(Collectors.joining(", ")) + more + " FROM "
                + Sql.parquet(files);
    }

    /** A query without rows, for which no object is needed: only flat columns can be told of nothing. */
    static String empty(List<SourceColumn> day) {
        return "SELECT " + day.stream().map(c -> column(c, Map.of())).collect(Collectors.joining(", "))
                + " WHERE FALSE";
    }

    private static String column(SourceColumn day, Map<String, ColumnType> object) {
        String name = Sql.identifier(day.name());
        ColumnType type = object.get(day.name());
        if (day.type().equals(type)) {
            return name;
        }
        String wanted = day.type()
                .sql()
                .orElseThrow(() -> new IllegalArgumentException(
                        "column " + day.name() + " of type " + day.type() + " cannot be made of " + type));
        return "CAST(" + (type == null ? "NULL" : name) + " AS " + wanted + ") AS " + name;
    }
}
