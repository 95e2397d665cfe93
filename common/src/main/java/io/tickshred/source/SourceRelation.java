package io.tickshred.source;

import io.tickshred.duckdb.DayRelation;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Mirrored sources of a task as one relation with the day's columns, and where each row comes from. Sources that have
 * the same columns of the same types are read together; mostly all are.
 *
 * @param day source columns of the day that the table reads
 * @param sources mirrored, in the task's order
 * @param schema a mirror without rows of {@code example}, for when there is no source
 */
public record SourceRelation(List<SourceColumn> day, List<Source> sources, Source example, Path schema) {
    /** BIGINT: place of the source among those that are mirrored. */
    public static final String FILE = Sql.identifier("__tickshred_file");

    /**
     * BIGINT: rises with the row number in the source object, whichever task reads it; it is that number where all row
     * groups of the task's part are read.
     */
    public static final String ROW = Sql.identifier("__tickshred_row_number");

    /** All of the sources. */
    public String sql() {
        if (sources.isEmpty()) {
            return DayRelation.of(day, example.types(day), List.of(schema), numbers(List.of(example)));
        }
        Map<Map<String, ColumnType>, List<Source>> alike = new LinkedHashMap<>();
        for (Source source : sources) {
            alike.computeIfAbsent(source.types(day), t -> new ArrayList<>()).add(source);
        }
        return alike.entrySet().stream()
                .map(e -> of(e.getKey(), e.getValue()))
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** One of the sources alone. */
    public String sql(Source source) {
        return of(source.types(day), List.of(source));
    }

    /**
     * A query for the listings of the sources, each once.
     *
     * @param column name of the listing column
     */
    public String listings(String column) {
        String listing = Sql.identifier(column);
        return "SELECT DISTINCT " + listing + " FROM (" + sql() + ") WHERE " + listing + " IS NOT NULL";
    }

    /** INTEGER: ordinal of the source object that a row comes from, told by {@link #FILE}. */
    public String ordinal() {
        if (sources.isEmpty()) {
            return "CAST(0 AS INTEGER)";
        }
        String ordinals = sources.stream()
                .map(source -> Integer.toString(source.task().ordinal()))
                .collect(Collectors.joining(", "));
        return sources.size() == 1
                ? "CAST(" + ordinals + " AS INTEGER)"
                : "CAST(list_extract([" + ordinals + "]::INTEGER[], " + FILE + " + 1) AS INTEGER)";
    }

    private String of(Map<String, ColumnType> types, List<Source> alike) {
        return DayRelation.of(day, types, alike.stream().map(Source::mirror).toList(), numbers(alike));
    }

    private String numbers(List<Source> alike) {
        return ", " + each(alike, sources::indexOf, "") + " AS " + FILE + ", "
                + each(alike, Source::firstRow, "file_row_number + ") + " AS " + ROW;
    }

    /** A number that each source has, by the place of the source among those that are read together. */
    private static String each(List<Source> alike, ToLongFunction<Source> number, String plus) {
        List<Long> numbers =
                alike.stream().map(source -> number.applyAsLong(source)).toList();
        if (numbers.stream().distinct().count() == 1) {
            return "CAST(" + plus + numbers.get(0) + " AS BIGINT)";
        }
        return "CAST(" + plus + "list_extract("
                + numbers.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"))
                + "::BIGINT[], CAST(file_index AS BIGINT) + 1) AS BIGINT)";
    }
}
