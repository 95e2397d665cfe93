package io.tickshred.duckdb;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Quotes names and texts for SQL: the only way by which either comes into a statement. */
public final class Sql {
    private Sql() {}

    /** A quoted identifier. DuckDB does not tell names apart by case, quoted or not. */
    public static String identifier(String name) {
        return '"' + checked(name).replace("\"", "\"\"") + '"';
    }

    /** Quoted identifiers, with commas between them. */
    public static String identifiers(Collection<String> names) {
        return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
    }

    /** A string literal. */
    public static String literal(String text) {
        return "'" + checked(text).replace("'", "''") + "'";
    }

    /** The path of one local file, as a literal that is taken by the letter: the file must not have glob characters. */
    public static String path(Path file) {
        String text = file.toAbsolutePath().toString();
        if (text.matches(".*[*?\\[\\]].*")) {
            throw new IllegalArgumentException("a path for DuckDB must not have any of * ? [ ]: " + text);
        }
        return literal(text);
    }

    /** A table function over local Parquet files, columns by name, nothing read out of the paths. */
    public static String parquet(List<Path> files) {
        String paths = files.stream().map(Sql::path).collect(Collectors.joining(", "));
        return "read_parquet([" + paths + "], union_by_name=" + (files.size() > 1) + ", hive_partitioning=false)";
    }

    private static String checked(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a name or text in SQL must not hold a NUL character: " + text.replace('\0', '?'));
        }
        return text;
    }
}
