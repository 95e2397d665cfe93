package io.tickshred.config;

import io.tickshred.model.DatasetDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The datasets that a service knows, by name. Immutable. */
public final class Datasets {
    private final Map<String, DatasetDefinition> byName;

    private Datasets(Map<String, DatasetDefinition> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** @throws IllegalArgumentException if two have the same name */
    public static Datasets of(List<DatasetDefinition> definitions) {
        Map<String, DatasetDefinition> byName = new LinkedHashMap<>();
        for (DatasetDefinition definition : definitions) {
            if (byName.put(definition.name(), definition) != null) {
                throw new IllegalArgumentException("dataset " + definition.name() + " is defined twice");
            }
        }
        return new Datasets(byName);
    }

    /** Reads every {@code *.yaml} and {@code *.yml} of a directory, one dataset a file. */
    public static Datasets load(Path directory) throws ConfigException {
        Map<String, DatasetDefinition> byName = new LinkedHashMap<>();
        Map<String, Path> files = new LinkedHashMap<>();
        for (Path file : files(directory)) {
            DatasetDefinition definition = DatasetFile.load(file);
            Path other = files.put(definition.name(), file);
            if (other != null) {
                throw new ConfigException(file + ": name: dataset '" + definition.name() + "' is defined in " + other
                        + " too; give one of them another name");
            }
            byName.put(definition.name(), definition);
        }
        if (byName.isEmpty()) {
            throw new ConfigException(directory + ": holds no *.yaml file; put one file for each dataset there");
        }
        return new Datasets(byName);
    }

    private static List<Path> files(Path directory) throws ConfigException {
        if (!Files.isDirectory(directory)) {
            throw new ConfigException(
                    directory + ": is not a directory; name the directory of the datasets' YAML files");
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(directory + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    public Optional<DatasetDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Collection<DatasetDefinition> all() {
        return new ArrayList<>(byName.values());
    }

    /** Names for a message to a person: {@code trades, quotes}. */
    public String names() {
        return String.join(", ", byName.keySet());
    }
}
