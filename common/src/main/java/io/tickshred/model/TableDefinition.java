package io.tickshred.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one table of a dataset is found, filtered, derived and ordered. Trusted configuration.
 *
 * @param name the table, as it appears in {@code batch-<table>-<id>.parquet}
 * @param sources templates of object keys relative to the input, tried in order, the first that matches any object of
 *     the day wins; with {@code {table} {date} {yyyyMMdd} {yyyy} {MM} {dd} {mic} {MIC}} and the globs {@code *} and
 *     {@code **}
 * @param listing output column that identifies the listing, a source column as it is or renamed; always the first sort
 *     column of the output
 * @param order output columns that order the rows of a listing, before source object and row number
 * @param timestamp output column whose least and greatest value a manifest records; by default the first of order
 * @param where DuckDB condition over source columns; rows for which it is not true are filtered
 * @param select output columns in order; empty for all source columns as they are
 * @param caps the most that a batch may hold of this table
 * @param rename output names of source columns that are taken as they are, by the source's name
 * @param columns declared source columns: their types hold whatever a day's objects say, and an object without one of
 *     them has it as null
 * @param optional whether a day without any object of this table is a day all the same; its columns must be declared
 */
public record TableDefinition(
        String name,
        List<String> sources,
        String listing,
        List<String> order,
        String timestamp,
        Optional<String> where,
        List<OutputColumn> select,
        BatchCaps caps,
        SortedMap<String, String> rename,
        List<SourceColumn> columns,
        boolean optional) {
    public TableDefinition {
        Names.checked("table", name);
        sources = List.copyOf(sources);
        order = List.copyOf(order);
        select = List.copyOf(select);
        rename = Collections.unmodifiableSortedMap(new TreeMap<>(rename));
        columns = List.copyOf(columns);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("table " + name + " must have at least one source template");
        }
        if (listing.isBlank()) {
            throw new IllegalArgumentException("table " + name + " must name its listing column");
        }
        if (order.isEmpty()) {
            throw new IllegalArgumentException("table " + name + " must name at least one order column");
        }
        if (select.stream().map(OutputColumn::name).distinct().count() != select.size()) {
            throw new IllegalArgumentException("table " + name + " selects a column name twice");
        }
    }

    /** A table that renames nothing, declares nothing and must be there. */
    public TableDefinition(
            String name,
            List<String> sources,
            String listing,
            List<String> order,
            String timestamp,
            Optional<String> where,
            List<OutputColumn> select,
            BatchCaps caps) {
        this(name, sources, listing, order, timestamp, where, select, caps, new TreeMap<>(), List.of(), false);
    }

    /** Whether the output has all source columns, before those that are added. */
    public boolean takesAll() {
        return select.isEmpty() || select.contains(OutputColumn.ALL);
    }
}
