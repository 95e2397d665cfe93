package io.tickshred.config;

import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.CalendarPolicy;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.CleanupPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.ModePolicy;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.model.WeekendRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a dataset from its YAML file. Unknown fields, wrong types and values out of range are refused with one line
 * that names the file, the line, the YAML path and what to do. Relative directories are relative to the file.
 */
public final class DatasetFile {
    /** Bytes of needed columns that a chunk aims at: a worker holds one chunk's columns on scratch disk at a time. */
    static final long DEFAULT_TARGET_BYTES = 256L << 20;

    /** Bytes decide; more objects in a task only make its messages long and its failures coarse. */
    static final int DEFAULT_MAX_OBJECTS = 1000;

    private final Path base;
    private final DatasetOverrides overrides;

    /** Of all tables in the file, those that an override leaves out included. */
    private final Set<String> tableNames = new LinkedHashSet<>();

    private DatasetFile(Path base, DatasetOverrides overrides) {
        this.base = base;
        this.overrides = overrides;
    }

    public static DatasetDefinition load(Path file) throws ConfigException {
        return load(file, DatasetOverrides.NONE);
    }

    /** Reads a file; what the overrides hold takes the place of what the file says. */
    public static DatasetDefinition load(Path file, DatasetOverrides overrides) throws ConfigException {
        String yaml;
        try {
            yaml = Utf8File.read(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; name a dataset's YAML file", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
        }
        Path directory = file.toAbsolutePath().normalize().getParent();
        return new DatasetFile(directory == null ? Path.of("") : directory, overrides)
                .read(YamlNode.parse(file.toString(), yaml));
    }

    /**
     * Reads text; relative directories are relative to the working directory. The name stands for the file in errors.
     */
    public static DatasetDefinition parse(String name, String yaml) throws ConfigException {
        return parse(name, yaml, DatasetOverrides.NONE);
    }

    /**
     * The built-in dataset {@code trades}: one table in the default layout. Needs input and output in the overrides.
     */
    public static DatasetDefinition trades(DatasetOverrides overrides) throws ConfigException {
        String name = "trades.yaml";
        try (InputStream yaml = DatasetFile.class.getResourceAsStream(name)) {
            if (yaml == null) {
                throw new IllegalStateException("the build left out the resource " + name);
            }
            return parse("built-in " + name, new String(yaml.readAllBytes(), StandardCharsets.UTF_8), overrides);
        } catch (IOException e) {
            throw new ConfigException("built-in " + name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    static DatasetDefinition parse(String name, String yaml, DatasetOverrides overrides) throws ConfigException {
        return new DatasetFile(Path.of(""), overrides).read(YamlNode.parse(name, yaml));
    }

    private DatasetDefinition read(YamlNode document) throws ConfigException {
        YamlReader root = YamlReader.of(document, "a dataset");
        String name = root.requireText("name", "give the dataset a name, such as name: trades");
        String input = location(root, "input", overrides.input())
                .orElseThrow(
                        () -> root.place()
                                .error(
                                        "field 'input' is missing; say where the source objects lie: s3://bucket/prefix or a directory"));
        String output = location(root, "output", overrides.output()).orElseThrow(() -> root.place()
                .error("field 'output' is missing; say where published days go: s3://bucket/prefix or a directory"));
        // Whoever moves the output moves staging with it, unless the file keeps staging elsewhere on purpose.
        String staging = location(root, "staging", overrides.staging()).orElse(output);
        PlanningReader planning = new PlanningReader(base);
        Optional<UniverseDefinition> universe = planning.universe(root);
        ChunkPolicy chunks = chunks(root);
        StagingLayout layout = layout(root);
        BatchingPolicy batching = planning.batching(root, universe.isPresent());
        EstimatorPolicy estimator = planning.estimator(root, universe.isPresent());
        ModePolicy mode = planning.mode(root);
        List<TableDefinition> tables = tables(root);
        List<MetricDefinition> metrics = metrics(root);
        CalendarPolicy calendar = calendar(root);
        CleanupPolicy cleanup = CleanupReader.read(root, !metrics.isEmpty());
        root.finish();
        try {
            return DatasetFingerprint.stamped(DatasetDefinition.builder()
                    .name(name)
                    .input(input)
                    .output(output)
                    .staging(staging)
                    .chunks(chunks)
                    .layout(layout)
                    .batching(batching)
                    .estimator(estimator)
                    .tables(tables)
                    .metrics(metrics)
                    .calendar(calendar)
                    .cleanup(cleanup)
                    .mode(mode)
                    .fingerprint("")
                    .universe(universe)
                    .build());
        } catch (IllegalArgumentException e) {
            throw root.place("name").error(e);
        }
    }

    private Optional<String> location(YamlReader root, String field, Optional<String> override) throws ConfigException {
        Optional<String> written = root.text(field);
        if (override.isPresent()) {
            try {
                return Optional.of(Locations.absolute(override.get(), Path.of("")));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(field + ": " + e.getMessage(), e);
            }
        }
        if (written.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Locations.absolute(written.get(), base));
        } catch (IllegalArgumentException e) {
            throw root.place(field).error(e);
        }
    }

    private ChunkPolicy chunks(YamlReader root) throws ConfigException {
        long targetBytes = DEFAULT_TARGET_BYTES;
        long maxObjects = DEFAULT_MAX_OBJECTS;
        long maxSlices = ChunkPolicy.DEFAULT_MAX_SLICES;
        Optional<YamlNode> node = root.take("chunks");
        if (node.isPresent()) {
            YamlReader chunks = YamlReader.of(node.get(), "chunks");
            targetBytes = chunks.size("targetBytes", targetBytes);
            maxObjects = chunks.count("maxObjects", maxObjects);
            maxSlices = chunks.count("maxSlices", maxSlices);
            chunks.finish();
            if (maxObjects > Integer.MAX_VALUE) {
                throw chunks.place("maxObjects")
                        .error("must be at most " + Integer.MAX_VALUE + ", found " + maxObjects);
            }
        }
        return new ChunkPolicy(
                overrides.chunkBytes().orElse(targetBytes),
                overrides.chunkObjects().orElse((int) maxObjects),
                maxSlices);
    }

    private StagingLayout layout(YamlReader root) throws ConfigException {
        Optional<String> text = root.text("layout");
        StagingLayout layout = StagingLayout.PACKED;
        if (text.isPresent()) {
            try {
                layout = StagingLayout.valueOf(text.get().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw root.place("layout").error("must be packed or partitioned, found '" + text.get() + "'");
            }
        }
        return overrides.layout().orElse(layout);
    }

    private CalendarPolicy calendar(YamlReader root) throws ConfigException {
        Optional<YamlNode> node = root.take("calendar");
        if (node.isEmpty()) {
            return CalendarPolicy.DEFAULT;
        }
        YamlReader calendar = YamlReader.of(node.get(), "the calendar");
        WeekendRule weekends = CalendarPolicy.DEFAULT.weekends();
        Optional<String> text = calendar.text("weekends");
        if (text.isPresent()) {
            try {
                weekends = WeekendRule.valueOf(text.get().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw calendar.place("weekends").error("must be run, skip or auto, found '" + text.get() + "'");
            }
        }
        Optional<String> holidays = location(calendar, "holidays", Optional.empty());
        calendar.finish();
        return new CalendarPolicy(weekends, holidays);
    }

    private List<TableDefinition> tables(YamlReader root) throws ConfigException {
        List<YamlNode> nodes = root.items("tables");
        if (nodes.isEmpty()) {
            root.refuseMisspelt("tables");
            throw root.place("tables")
                    .error("field 'tables' is missing or empty; define at least one, such as - name: trades");
        }
        List<TableDefinition> tables = new ArrayList<>();
        Set<String> names = tableNames;
        for (YamlNode node : nodes) {
            TableDefinition table = TableReader.read(YamlReader.of(node, "a table"), overrides.maxRows());
            if (!names.add(table.name())) {
                throw node.place().error("table '" + table.name() + "' is defined twice; give each table its own name");
            }
            tables.add(table);
        }
        for (String wanted : overrides.tables()) {
            if (!names.contains(wanted)) {
                throw root.place("tables")
                        .error("there is no table '" + wanted + "'; there are: " + String.join(", ", names));
            }
        }
        return overrides.tables().isEmpty()
                ? tables
                : tables.stream()
                        .filter(table -> overrides.tables().contains(table.name()))
                        .toList();
    }

    /** Metrics of tables that an override leaves out are left out too. */
    private List<MetricDefinition> metrics(YamlReader root) throws ConfigException {
        MetricReader reader = new MetricReader(base, List.copyOf(tableNames));
        List<MetricDefinition> metrics = new ArrayList<>();
        for (YamlNode node : root.items("metrics")) {
            MetricDefinition metric = reader.read(node);
            if (metrics.stream().anyMatch(other -> other.name().equals(metric.name()))) {
                throw node.place()
                        .error("metric '" + metric.name() + "' is defined twice; give each a name of its own");
            }
            if (tableNames.contains("metrics-" + metric.name())) {
                throw node.place()
                        .error("metric '" + metric.name() + "' would be written as batch-metrics-" + metric.name()
                                + ", as table 'metrics-" + metric.name() + "' is; rename one");
            }
            metrics.add(metric);
        }
        return metrics.stream()
                .filter(metric -> overrides.tables().isEmpty()
                        || metric.tables().stream()
                                .allMatch(read -> overrides.tables().contains(read.table())))
                .toList();
    }
}
