package io.tickshred.config;

import io.tickshred.config.YamlNode.Mapping;
import io.tickshred.config.YamlNode.Place;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ColumnType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one table of a dataset's file. */
final class TableReader {
    static final String DEFAULT_LISTING = "ListingId";
    static final List<String> DEFAULT_SOURCES =
            List.of("{table}/date={date}/mic={mic}/*.parquet", "date={date}/mic={mic}/*.parquet");
    static final List<String> DEFAULT_ORDER = List.of("TradeTimestampNanoseconds", "SeqNo");

    /** What a batch may hold so that one machine of ordinary size loads it whole. */
    static final BatchCaps DEFAULT_CAPS = new BatchCaps(50_000_000, 4L << 30);

    private TableReader() {}

    static TableDefinition read(YamlReader written, OptionalLong maxRows) throws ConfigException {
        Optional<String> preset = written.text("preset");
        YamlReader table =
                preset.isEmpty() ? written : written.over(Presets.load(preset.get(), written.place("preset")));
        table.take("preset");
        String name = preset.isEmpty()
                ? table.requireText("name", "give the table a name, such as name: trades")
                : table.text("name").orElse(preset.get());
        List<String> sources = sources(table);
        String listing = table.text("listing").orElse(DEFAULT_LISTING);
        List<String> order = table.texts("order");
        if (order.isEmpty()) {
            order = DEFAULT_ORDER;
        }
        Optional<String> timestamp = table.text("timestamp");
        Optional<String> where = table.text("where");
        List<OutputColumn> select = select(table);
        SortedMap<String, String> rename = rename(table, select);
        List<SourceColumn> columns = columns(table);
        boolean optional = table.flag("optional");
        BatchCaps caps = new BatchCaps(
                maxRows.orElse(table.count("maxRows", DEFAULT_CAPS.maxRows())),
                table.size("maxBytes", DEFAULT_CAPS.maxBytes()));
        table.finish();
        checkSelected(table, select, "listing", listing);
        for (String column : order) {
            checkSelected(table, select, "order", column);
        }
        if (timestamp.isPresent()) {
            checkSelected(table, select, "timestamp", timestamp.get());
        }
        if (optional && columns.isEmpty()) {
            throw table.place("optional")
                    .error("needs 'columns' with the types of all columns, because a day without objects tells none");
        }
        try {
            return new TableDefinition(
                    name,
                    sources,
                    listing,
                    order,
                    timestamp.orElse(order.get(0)),
                    where,
                    select,
                    caps,
                    rename,
                    columns,
                    optional);
        } catch (IllegalArgumentException e) {
            throw table.place("name").error(e);
        }
    }

    /** Output names by the sources' names; in the file the new name stands first, as in select. */
    private static SortedMap<String, String> rename(YamlReader table, List<OutputColumn> select)
            throws ConfigException {
        SortedMap<String, String> rename = new TreeMap<>();
        for (Map.Entry<String, YamlNode> field : table.fields("rename").entrySet()) {
            String name = field.getKey();
            Place place = field.getValue().place();
            if (!select.isEmpty() && !select.contains(OutputColumn.ALL)) {
                throw place.error("renames among all columns, but select names the columns; write '" + name + ": "
                        + YamlReader.text(field.getValue()) + "' there");
            }
            if (select.stream().anyMatch(column -> column.name().equals(name))) {
                throw place.error("column '" + name + "' is in select too; keep one of the two");
            }
            String source = YamlReader.text(field.getValue());
            String other = rename.put(source, name);
            if (other != null) {
                throw place.error(
                        "column '" + source + "' is renamed to '" + other + "' and to '" + name + "'; keep one");
            }
        }
        return rename;
    }

    private static List<SourceColumn> columns(YamlReader table) throws ConfigException {
        List<SourceColumn> columns = new ArrayList<>();
        for (Map.Entry<String, YamlNode> field : table.fields("columns").entrySet()) {
            try {
                columns.add(new SourceColumn(field.getKey(), ColumnType.parse(YamlReader.text(field.getValue()))));
            } catch (IllegalArgumentException e) {
                throw field.getValue().place().error(e);
            }
        }
        return columns;
    }

    private static List<String> sources(YamlReader table) throws ConfigException {
        List<YamlNode> nodes = new ArrayList<>(table.items("sources"));
        Optional<YamlNode> source = table.take("source");
        if (source.isPresent()) {
            if (!nodes.isEmpty()) {
                throw source.get().place().error("stands beside 'sources'; keep one of the two");
            }
            nodes.add(source.get());
        }
        Map<String, Optional<String>> settings = new LinkedHashMap<>();
        settings.put("folder", table.text("folder"));
        settings.put("prefix", table.text("prefix"));
        List<String> sources = new ArrayList<>();
        for (YamlNode node : nodes) {
            String template = YamlReader.text(node);
            try {
                SourceTemplates.check(template, SourceTemplates.OF_TABLE);
                sources.add(SourceTemplates.filled(template, settings));
            } catch (IllegalArgumentException e) {
                throw node.place().error(e);
            }
        }
        return sources.isEmpty() ? DEFAULT_SOURCES : sources;
    }

    private static List<OutputColumn> select(YamlReader table) throws ConfigException {
        List<OutputColumn> select = new ArrayList<>();
        for (YamlNode node : table.items("select")) {
            OutputColumn column = column(node);
            if (column.equals(OutputColumn.ALL) && !select.isEmpty()) {
                throw node.place().error("'*' must be the first of select; put the columns that you add after it");
            }
            if (select.stream().anyMatch(other -> other.name().equals(column.name()))) {
                throw node.place().error("column '" + column.name() + "' is selected twice; remove one");
            }
            select.add(column);
        }
        return select.equals(List.of(OutputColumn.ALL)) ? List.of() : select;
    }

    private static OutputColumn column(YamlNode node) throws ConfigException {
        if (node instanceof Mapping mapping) {
            if (mapping.fields().size() != 1) {
                throw node.place()
                        .error("must be one 'name: expression', found "
                                + mapping.fields().size() + " fields; begin each column with its own dash");
            }
            Map.Entry<String, YamlNode> field =
                    mapping.fields().entrySet().iterator().next();
            if (field.getKey().isBlank() || field.getKey().equals("*")) {
                throw node.place().error("needs a column's name before the colon, found '" + field.getKey() + "'");
            }
            return new OutputColumn(field.getKey(), YamlReader.text(field.getValue()));
        }
        String name = YamlReader.text(node);
        return name.equals("*") ? OutputColumn.ALL : new OutputColumn(name, '"' + name.replace("\"", "\"\"") + '"');
    }

    private static void checkSelected(YamlReader table, List<OutputColumn> select, String field, String column)
            throws ConfigException {
        if (select.isEmpty() || select.contains(OutputColumn.ALL)) {
            return;
        }
        if (select.stream().noneMatch(output -> output.name().equals(column))) {
            throw table.place(field)
                    .error("column '" + column + "' (" + field + ") is not in select; add it there, found: "
                            + String.join(
                                    ", ",
                                    select.stream().map(OutputColumn::name).toList()));
        }
    }
}
