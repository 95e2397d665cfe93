package io.tickshred.duckdb;

import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table's definition compiled against the columns of its source: checked, and as fragments of SQL.
 *
 * @param table name of the table
 * @param listing the listing column, the same name in source and output
 * @param listingType how listings are identified
 * @param sourceColumns columns of the source that are read, in the source's order
 * @param output output columns in order with their DuckDB types
 * @param selectList {@code expression AS "name", …} over source columns, in output order
 * @param where a condition over source columns that is true or false, never null
 * @param order the table's order columns, output columns
 */
public record TableSql(
        String table,
        String listing,
        ListingType listingType,
        Set<String> sourceColumns,
        Map<String, String> output,
        String selectList,
        String where,
        List<String> order) {
    public TableSql {
        sourceColumns = Collections.unmodifiableSet(new LinkedHashSet<>(sourceColumns));
        output = Collections.unmodifiableMap(new LinkedHashMap<>(output));
        order = List.copyOf(order);
    }

    /**
     * Compiles a definition. All is decided by the footer of one source object; others must agree in
     * {@link #sourceColumns}.
     *
     * @param session for parsing and binding; its scratch directory is used
     * @param example footer of any source object of the table
     * @throws DefinitionException if the definition does not go with the source, in one line
     */
    public static TableSql compile(DuckDbSession session, TableDefinition table, Footer example)
            throws DefinitionException, DuckDbException, InterruptedException {
        SourceColumns source = new SourceColumns(table.name(), example);
        String name = "table " + table.name();
        if (!source.names().contains(table.listing())) {
            throw new DefinitionException(name + " has no listing column " + table.listing()
                    + " in its source; it has: " + SourceColumns.text(source.names()));
        }
        Set<String> wanted = new LinkedHashSet<>(Set.of(table.listing()));
        List<OutputColumn> output = expanded(table.select(), source.names());
        for (OutputColumn column : output) {
            if (!table.select().contains(column)) {
                wanted.add(column.name());
                continue;
            }
            String what = name + ": select of " + column.name();
            SqlExpression expression = SqlExpression.parse(session, what, column.expression());
            for (String reference : expression.columns()) {
                wanted.add(source.resolve(what, reference));
            }
            if (column.name().equals(table.listing())
                    && expression
                            .plainColumn()
                            .filter(table.listing()::equalsIgnoreCase)
                            .isEmpty()) {
                throw new DefinitionException(
                        what + " must be the source column itself, because rows are routed by it; found "
                                + column.expression());
            }
        }
        if (table.where().isPresent()) {
            String what = name + ": where";
            for (String reference :
                    SqlExpression.parse(session, what, table.where().get()).columns()) {
                wanted.add(source.resolve(what, reference));
            }
        }
        checkOutput(table, output);
        source.checkReadable(wanted);
        Set<String> inOrder =
                source.names().stream().filter(wanted::contains).collect(Collectors.toCollection(LinkedHashSet::new));
        String selectList = output.stream()
                .map(c -> "(\n" + c.expression() + "\n) AS " + Sql.identifier(c.name()))
                .collect(Collectors.joining(", "));
        String where = table.where().map(w -> "((\n" + w + "\n) IS TRUE)").orElse("TRUE");
        Map<String, String> types = new TableProbe(session, table, output).outputTypes(example, inOrder, selectList);
        return new TableSql(
                table.name(),
                table.listing(),
                listingType(name, table.listing(), types.getOrDefault(table.listing(), "")),
                inOrder,
                types,
                selectList,
                where,
                table.order());
    }

    /** Names of the output columns, in order. */
    public List<String> outputColumns() {
        return List.copyOf(output.keySet());
    }

    /** The order of a listing's rows, over output columns, as far as the table's columns tell it. */
    public List<SortKey.Part> orderParts() {
        return order.stream()
                .map(column -> SortKey.Part.of(Sql.identifier(column), output.getOrDefault(column, "")))
                .toList();
    }

    /**
     * Puts the source's columns in the place of a star or of nothing; a column selected by a source's name replaces it.
     */
    private static List<OutputColumn> expanded(List<OutputColumn> select, List<String> source) {
        Map<String, OutputColumn> output = new LinkedHashMap<>();
        if (select.isEmpty() || select.contains(OutputColumn.ALL)) {
            source.forEach(column -> output.put(column, new OutputColumn(column, Sql.identifier(column))));
        }
        select.stream()
                .filter(column -> !column.equals(OutputColumn.ALL))
                .forEach(column -> output.put(column.name(), column));
        return List.copyOf(output.values());
    }

    private static void checkOutput(TableDefinition table, List<OutputColumn> output) throws DefinitionException {
        List<String> names = output.stream().map(OutputColumn::name).toList();
        for (String column : names) {
            SourceColumns.checkName(table.name(), column);
        }
        Map<String, String> lower = new LinkedHashMap<>();
        for (String column : names) {
            String same = lower.putIfAbsent(column.toLowerCase(Locale.ROOT), column);
            if (same != null && !table.select().isEmpty()) {
                throw new DefinitionException("table " + table.name() + " selects " + same + " and " + column
                        + ", which differ in case only: rename one");
            }
        }
        if (!names.contains(table.listing())) {
            throw missing(table, "listing column " + table.listing(), names);
        }
        for (String column : table.order()) {
            if (!names.contains(column)) {
                throw missing(table, "order column " + column, names);
            }
        }
        if (!names.contains(table.timestamp())) {
            throw missing(table, "timestamp column " + table.timestamp(), names);
        }
    }

    private static DefinitionException missing(TableDefinition table, String what, List<String> names) {
        return new DefinitionException(
                "table " + table.name() + " has no " + what + " in its output; it has: " + SourceColumns.text(names));
    }

    private static ListingType listingType(String table, String listing, String type) throws DefinitionException {
        return switch (type) {
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" -> ListingType.INT64;
            case "VARCHAR" -> ListingType.STRING;
            default ->
                throw new DefinitionException(table + ": listing column " + listing + " has type " + type
                        + ", it must be a string or an integer that fits 64 bits");
        };
    }
}
