package io.tickshred.config;

import io.tickshred.config.YamlNode.Mapping;
import io.tickshred.config.YamlNode.Scalar;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricDefinition.MetricTable;
import io.tickshred.model.MetricRole;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads one metric of a dataset's file: a shipped one by {@code use}, or one of the user's own by {@code sql}. */
final class MetricReader {
    private final Path base;
    private final List<String> tables;

    /**
     * Makes a reader.
     *
     * @param base directory that SQL files are relative to
     * @param tables names of the dataset's tables
     */
    MetricReader(Path base, List<String> tables) {
        this.base = base;
        this.tables = tables;
    }

    MetricDefinition read(YamlNode node) throws ConfigException {
        if (node instanceof Scalar) {
            return shipped(node, YamlReader.text(node), Optional.empty());
        }
        YamlReader metric = YamlReader.of(node, "a metric");
        Optional<String> use = metric.text("use");
        Optional<String> sql = metric.text("sql");
        if (use.isPresent() == sql.isPresent()) {
            throw metric.place(use.isPresent() ? "sql" : "use")
                    .error("must say either 'use', one of " + ShippedMetric.names()
                            + ", or 'sql', a file with a SELECT; found "
                            + (use.isPresent() ? "both" : "neither"));
        }
        return use.isPresent()
                ? shipped(metric.take("use").orElse(node), use.get(), Optional.of(metric))
                : own(metric, sql.get());
    }

    private MetricDefinition shipped(YamlNode place, String use, Optional<YamlReader> options) throws ConfigException {
        ShippedMetric shipped = ShippedMetric.find(use).orElseThrow(() -> place.place()
                .error("there is no shipped metric '" + use + "'; there are: " + ShippedMetric.names()));
        String name = use;
        String table = shipped.table();
        List<MetricRole> roles = shipped.roles();
        Options how = Options.NONE;
        YamlNode tablePlace = place;
        if (options.isPresent()) {
            YamlReader metric = options.get();
            name = metric.text("name").orElse(name);
            Optional<YamlNode> named = metric.take("table");
            tablePlace = named.orElse(place);
            table = named.isPresent() ? YamlReader.text(named.get()) : table;
            roles = replaced(shipped, metric);
            how = Options.read(metric);
            metric.finish();
        }
        requireTable(tablePlace, table);
        try {
            return new MetricDefinition(
                    name,
                    use,
                    shipped.sql(),
                    List.of(new MetricTable(shipped.table(), table)),
                    roles,
                    how.buckets(),
                    how.closed(),
                    how.timeZone(),
                    true);
        } catch (IllegalArgumentException e) {
            throw place.place().error(e);
        }
    }

    private static List<MetricRole> replaced(ShippedMetric shipped, YamlReader metric) throws ConfigException {
        List<MetricRole> roles = new ArrayList<>(shipped.roles());
        for (MetricRole column : columns(metric)) {
            List<String> names = roles.stream().map(MetricRole::name).toList();
            int known = names.indexOf(column.name());
            if (known < 0) {
                throw metric.place("columns")
                        .error("there is no column '" + column.name() + "' in this metric; it has: "
                                + String.join(", ", names));
            }
            roles.set(known, column);
        }
        return roles;
    }

    private MetricDefinition own(YamlReader metric, String file) throws ConfigException {
        String name = metric.requireText("name", "give the metric a name, such as name: spread-by-hour");
        List<YamlNode> nodes = new ArrayList<>(metric.items("tables"));
        metric.take("table").ifPresent(nodes::add);
        List<MetricTable> read = new ArrayList<>();
        for (YamlNode node : nodes) {
            String table = YamlReader.text(node);
            requireTable(node, table);
            read.add(new MetricTable(table.replace('-', '_').replaceAll("^(?=[0-9])", "_"), table));
        }
        if (read.isEmpty()) {
            metric.refuseMisspelt("tables");
            throw metric.place().error("field 'tables' is missing; name the tables that " + file + " reads");
        }
        List<MetricRole> roles = columns(metric);
        Options how = Options.read(metric);
        metric.finish();
        String sql = text(metric, file);
        try {
            return new MetricDefinition(
                    name, file, sql, read, roles, how.buckets(), how.closed(), how.timeZone(), false);
        } catch (IllegalArgumentException e) {
            throw metric.place("name").error(e);
        }
    }

    private String text(YamlReader metric, String file) throws ConfigException {
        try {
            return Utf8File.read(base.resolve(file));
        } catch (NoSuchFileException e) {
            throw metric.place("sql")
                    .error("there is no file " + base.resolve(file) + "; name one relative to this file");
        } catch (IOException e) {
            throw new ConfigException(
                    metric.place("sql")
                            .error("cannot read " + base.resolve(file) + ": " + e.getMessage())
                            .getMessage(),
                    e);
        }
    }

    private void requireTable(YamlNode place, String table) throws ConfigException {
        if (!tables.contains(table)) {
            throw place.place()
                    .error("there is no table '" + table + "' in this dataset; there are: " + String.join(", ", tables)
                            + "; name one with 'table'");
        }
    }

    private static List<MetricRole> columns(YamlReader metric) throws ConfigException {
        Optional<YamlNode> node = metric.take("columns");
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof Mapping mapping)) {
            throw node.get().place().error("must be fields such as price: Price");
        }
        List<MetricRole> roles = new ArrayList<>();
        for (Map.Entry<String, YamlNode> column : mapping.fields().entrySet()) {
            try {
                roles.add(new MetricRole(column.getKey(), List.of(YamlReader.text(column.getValue())), false));
            } catch (IllegalArgumentException e) {
                throw column.getValue().place().error(e);
            }
        }
        return roles;
    }

    /** How a metric cuts time. */
    private record Options(List<BucketWidth> buckets, BucketEdge closed, String timeZone) {
        static final Options NONE = new Options(List.of(BucketWidth.DAY), BucketEdge.RIGHT, "UTC");

        static Options read(YamlReader metric) throws ConfigException {
            List<BucketWidth> buckets = new ArrayList<>();
            for (YamlNode node : metric.items("buckets")) {
                try {
                    buckets.add(new BucketWidth(YamlReader.text(node)));
                } catch (IllegalArgumentException e) {
                    throw node.place().error(e);
                }
            }
            Optional<String> closed = metric.text("closed");
            BucketEdge edge = NONE.closed();
            if (closed.isPresent()) {
                try {
                    edge = BucketEdge.valueOf(closed.get().toUpperCase(Locale.ROOT));
                } catch (IllegalArgumentException e) {
                    throw metric.place("closed").error("must be right or left, found '" + closed.get() + "'");
                }
            }
            Optional<String> zone = metric.text("timeZone");
            if (zone.isPresent()) {
                try {
                    ZoneId.of(zone.get());
                } catch (DateTimeException e) {
                    throw metric.place("timeZone")
                            .error("must be a time zone such as UTC or America/New_York, found '" + zone.get() + "'");
                }
            }
            return new Options(buckets.isEmpty() ? NONE.buckets() : buckets, edge, zone.orElse(NONE.timeZone()));
        }
    }
}
