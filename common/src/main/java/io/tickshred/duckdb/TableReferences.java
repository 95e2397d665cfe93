package io.tickshred.duckdb;

import io.tickshred.model.OutputColumn;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.schema.Wanted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a table's definition refers to, found by parsing it; its sources need not be known yet.
 *
 * @param listing source column that identifies the listing, which the output has under the name of the definition
 * @param selected the columns that select adds, parsed, in its order
 * @param filter first names of all column references of where, as written
 */
public record TableReferences(
        TableDefinition table, String listing, List<Selected> selected, Set<String> filter, Wanted wanted) {
    public TableReferences {
        filter = Set.copyOf(filter);
        selected = List.copyOf(selected);
    }

    /**
     * A column of select.
     *
     * @param references first names of all column references, as written
     */
    record Selected(OutputColumn column, Set<String> references) {}

    /**
     * Parses a definition.
     *
     * @throws DefinitionException if an expression is not allowed, or what it says cannot go with any source
     */
    public static TableReferences parse(DuckDbSession session, TableDefinition table)
            throws DefinitionException, DuckDbException, InterruptedException {
        String name = "table " + table.name();
        Map<String, Set<String>> sources = new LinkedHashMap<>();
        table.rename().forEach((source, output) -> sources.put(output, Set.of(source)));
        String listing = table.rename().entrySet().stream()
                .filter(e -> e.getValue().equals(table.listing()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(table.listing());
        List<Selected> selected = new ArrayList<>();
        Set<String> read = new LinkedHashSet<>(table.rename().keySet());
        for (OutputColumn column : table.select()) {
            if (column.equals(OutputColumn.ALL)) {
                continue;
            }
            String what = name + ": select of " + column.name();
            SqlExpression expression = SqlExpression.parse(session, what, column.expression());
            selected.add(new Selected(column, expression.columns()));
            sources.put(column.name(), expression.columns());
            read.addAll(expression.columns());
            if (column.name().equals(table.listing())) {
                String plain = expression
                        .plainColumn()
                        .orElseThrow(() -> new DefinitionException(
                                what + " must be the source column itself, because rows are routed by it; found "
                                        + column.expression()));
                listing = plain.equalsIgnoreCase(table.listing()) ? table.listing() : plain;
            }
        }
        read.add(listing);
        Set<String> filter = Set.of();
        if (table.where().isPresent()) {
            filter = SqlExpression.parse(
                            session, name + ": where", table.where().get())
                    .columns();
            read.addAll(filter);
        }
        return new TableReferences(
                table,
                listing,
                selected,
                filter,
                new Wanted(
                        table.name(),
                        table.takesAll(),
                        read,
                        required(table, listing, sources, filter),
                        table.columns()));
    }

    /** What every object must have, and for what. */
    private static Map<String, String> required(
            TableDefinition table, String listing, Map<String, Set<String>> sources, Set<String> filter) {
        Map<String, String> required = new LinkedHashMap<>();
        required.put(listing, "listing column");
        for (String column : table.order()) {
            sources.getOrDefault(column, Set.of(column)).forEach(c -> required.putIfAbsent(c, "order column"));
        }
        sources.getOrDefault(table.timestamp(), Set.of(table.timestamp()))
                .forEach(c -> required.putIfAbsent(c, "timestamp column"));
        for (String column : filter) {
            if (table.columns().stream().map(SourceColumn::name).noneMatch(column::equalsIgnoreCase)) {
                required.putIfAbsent(column, Wanted.FILTER_COLUMN);
            }
        }
        return required;
    }
}
