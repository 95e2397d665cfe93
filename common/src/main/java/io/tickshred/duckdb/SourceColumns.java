package io.tickshred.duckdb;

import io.tickshred.model.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** The columns of a table's source by name: as spelled, or regardless of case where only one answers, as in DuckDB. */
final class SourceColumns {
    /** Names that DuckDB's Parquet reader gives a meaning of its own. */
    private static final Set<String> READER_NAMES = Set.of("file_index", "file_row_number");

    private final String table;
    private final List<String> names;

    SourceColumns(String table, List<String> names) {
        this.table = table;
        this.names = List.copyOf(names);
    }

    List<String> names() {
        return names;
    }

    /** The column that a reference means. */
    String resolve(String what, String reference) throws DefinitionException {
        if (names.contains(reference)) {
            return reference;
        }
        List<String> same = names.stream().filter(reference::equalsIgnoreCase).toList();
        if (same.size() > 1) {
            throw new DefinitionException(what + " refers to " + reference + ", but the source has "
                    + String.join(" and ", same) + ": spell it as one of them");
        } else if (same.isEmpty()) {
            throw new DefinitionException(what + " refers to column " + reference
                    + ", which the source does not have; correct it in the dataset; it has: " + text(names)
                    + Spelling.hint(reference, names));
        }
        return same.get(0);
    }

    /**
     * Refuses columns that DuckDB could not tell apart or that take a name it needs; others may lie beside them unread.
     */
    void checkReadable(Collection<String> wanted) throws DefinitionException {
        TreeMap<String, List<String>> byLowerCase = new TreeMap<>();
        for (String name : wanted) {
            byLowerCase
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), lower -> new ArrayList<>())
                    .add(name);
            checkName(table, name);
        }
        for (List<String> same : byLowerCase.values()) {
            if (same.size() > 1) {
                throw new DefinitionException(
                        "table " + table + " reads columns " + String.join(" and ", same)
                                + ", which differ in case only and cannot be told apart: name the one that is wanted in select");
            }
        }
    }

    static void checkName(String table, String name) throws DefinitionException {
        if (READER_NAMES.contains(name.toLowerCase(Locale.ROOT))
                || name.toLowerCase(Locale.ROOT).startsWith("__tickshred")
                || name.isEmpty()
                || name.indexOf('\0') >= 0) {
            throw new DefinitionException("table " + table + " has a column named \"" + name.replace('\0', '?')
                    + "\", a name that cannot be used: leave it out with select, or name it otherwise");
        }
    }

    static String text(List<String> names) {
        return String.join(", ", names);
    }
}
