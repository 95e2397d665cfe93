package io.tickshred.duckdb;

import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.Spelling;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table's definition compiled against the columns of its sources on a day: checked, and as fragments of SQL.
 *
 * @param table name of the table
 * @param listing the listing column of the sources; the output may have it under another name
 * @param listingType how listings are identified
 * @param columns columns of the sources that are read, in the day's order
 * @param output output columns in order with their DuckDB types
 * @param selectList {@code expression AS "name", …} over source columns, in output order
 * @param where a condition over source columns that is true or false, never null
 * @param order the table's order columns, output columns
 */
public record TableSql(
        String table,
        String listing,
        ListingType listingType,
        List<SourceColumn> columns,
        Map<String, String> output,
        String selectList,
        String where,
        List<String> order) {
    /** As people write it who know SQL. */
    private static final Pattern DIRECTED =
            Pattern.compile("(.+?)\\s+(?:asc|desc)(?:\\s+nulls\\s+(?:first|last))?", Pattern.CASE_INSENSITIVE);

    public TableSql {
        columns = List.copyOf(columns);
        output = Collections.unmodifiableMap(new LinkedHashMap<>(output));
        order = List.copyOf(order);
    }

    /**
     * Compiles a definition.
     *
     * @param session for binding; its scratch directory is used
     * @param references the definition, parsed
     * @param day the source columns of the day
     * @param example footer of any source object of the day; only a day of flat columns may have none
     * @throws DefinitionException if the definition does not go with the sources, in one line
     */
    public static TableSql compile(
            DuckDbSession session, TableReferences references, TableColumns day, Optional<Footer> example)
            throws DefinitionException, DuckDbException, InterruptedException {
        TableDefinition table = references.table();
        SourceColumns source = new SourceColumns(
                table.name(), day.columns().stream().map(SourceColumn::name).toList());
        String name = "table " + table.name();
        if (!source.names().contains(references.listing())) {
            throw new DefinitionException(name + " has no listing column " + references.listing()
                    + " in its source; it has: " + SourceColumns.text(source.names()));
        }
        Set<String> wanted = new LinkedHashSet<>(Set.of(references.listing()));
        List<OutputColumn> output = expanded(table, source);
        for (TableReferences.Selected selected : references.selected()) {
            for (String reference : selected.references()) {
                wanted.add(
                        source.resolve(name + ": select of " + selected.column().name(), reference));
            }
        }
        if (table.takesAll()) {
            Set<String> replaced = references.selected().stream()
                    .map(selected -> selected.column().name())
                    .collect(Collectors.toSet());
            source.names().stream()
                    .filter(column -> !replaced.contains(table.rename().getOrDefault(column, column)))
                    .forEach(wanted::add);
        }
        for (String reference : references.filter()) {
            wanted.add(source.resolve(name + ": where", reference));
        }
        checkOutput(table, output);
        source.checkReadable(wanted);
        List<SourceColumn> columns =
                day.columns().stream().filter(c -> wanted.contains(c.name())).toList();
        String selectList = output.stream()
                .map(c -> "(\n" + c.expression() + "\n) AS " + Sql.identifier(c.name()))
                .collect(Collectors.joining(", "));
        String where = table.where().map(w -> "((\n" + w + "\n) IS TRUE)").orElse("TRUE");
        Map<String, String> types = new TableProbe(session, table, output).outputTypes(columns, example, selectList);
        return new TableSql(
                table.name(),
                references.listing(),
                listingType(name, table.listing(), types.getOrDefault(table.listing(), "")),
                columns,
                types,
                selectList,
                where,
                table.order());
    }

    /** A query for the output columns that gives no rows and needs no source; only where all columns are flat. */
    public String withoutRows() {
        return "SELECT " + selectList + " FROM (" + DayRelation.empty(columns) + ")";
    }

    /** Names of the source columns that are read. */
    public Set<String> sourceColumns() {
        return columns.stream().map(SourceColumn::name).collect(Collectors.toCollection(LinkedHashSet::new));
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
     * Puts the sources' columns in the place of a star or of nothing, under the names that they are given; a column
     * selected by such a name replaces it.
     */
    private static List<OutputColumn> expanded(TableDefinition table, SourceColumns source) throws DefinitionException {
        Map<String, OutputColumn> output = new LinkedHashMap<>();
        for (String renamed : table.rename().keySet()) {
            if (!source.names().contains(renamed)) {
                throw new DefinitionException("table " + table.name() + ": rename refers to column " + renamed
                        + ", which the source does not have; it has: " + SourceColumns.text(source.names()));
            }
        }
        for (String column : table.takesAll() ? source.names() : List.<String>of()) {
            String name = table.rename().getOrDefault(column, column);
            OutputColumn same = output.put(name, new OutputColumn(name, Sql.identifier(column)));
            if (same != null) {
                throw new DefinitionException("table " + table.name() + ": rename gives two columns the name " + name
                        + ", " + column + " and " + same.expression().replace("\"", "")
                        + ": rename both, or choose another name");
            }
        }
        table.select().stream()
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
            if (same != null && !(table.select().isEmpty() && table.rename().isEmpty())) {
                throw new DefinitionException("table " + table.name() + " selects " + same + " and " + column
                        + ", which differ in case only: rename one");
            }
        }
        if (!names.contains(table.listing())) {
            throw missing(table, "listing", table.listing(), names);
        }
        for (String column : table.order()) {
            if (!names.contains(column)) {
                throw missing(table, "order", column, names);
            }
        }
        if (!names.contains(table.timestamp())) {
            throw missing(table, "timestamp", table.timestamp(), names);
        }
    }

    private static DefinitionException missing(TableDefinition table, String what, String column, List<String> names) {
        String renamed = table.rename().get(column);
        String missing = "table " + table.name() + " has no " + what + " column " + column + " in its output";
        Matcher directed = DIRECTED.matcher(column);
        if (renamed != null) {
            return new DefinitionException(missing + ", where it is renamed: write " + what + ": " + renamed);
        }
        if (what.equals("order") && directed.matches() && names.contains(directed.group(1))) {
            return new DefinitionException(missing + ": order takes no direction, rows are always sorted ascending;"
                    + " write order: " + directed.group(1));
        }
        return new DefinitionException(missing + "; correct " + what + " of the table in the dataset; it has: "
                + SourceColumns.text(names) + Spelling.hint(column, names));
    }

    private static ListingType listingType(String table, String listing, String type) throws DefinitionException {
        return switch (type) {
            case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" -> ListingType.INT64;
            case "VARCHAR" -> ListingType.STRING;
            default ->
                throw new DefinitionException(table + ": listing column " + listing + " has type " + type
                        + ", it must be a string or an integer that fits 64 bits; name such a column as listing in the"
                        + " dataset, or have the sources written with it as one: rows are routed by it as it is, so"
                        + " select cannot cast it");
        };
    }
}
