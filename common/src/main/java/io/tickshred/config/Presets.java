package io.tickshred.config;

import io.tickshred.config.YamlNode.Mapping;
import io.tickshred.config.YamlNode.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tables that ship with the product, by name, for a dataset's file to name and change: each is the YAML of one table.
 */
public final class Presets {
    /** All names, equities first. */
    public static final List<String> NAMES = List.of(
            "trades",
            "l2",
            "l3",
            "cbbo",
            "nbbo",
            "marketstate",
            "imbalance",
            "reference",
            "futures-l1",
            "futures-trades",
            "futures-statistics",
            "futures-reference",
            "futures-marketstate",
            "options-trades",
            "options-statistics",
            "options-reference");

    /** Fields that say the same in two ways: who sets one does not want the preset's other. */
    private static final Set<String> SOURCES = Set.of("source", "sources");

    /** Fields in which a table adds to its preset rather than replaces it. */
    private static final Set<String> ADDED_TO = Set.of("columns", "rename");

    private Presets() {}

    /** The fields of a preset. */
    static Mapping load(String name, Place place) throws ConfigException {
        if (!NAMES.contains(name)) {
            String nearest = NAMES.stream()
                    .min(Comparator.comparingInt(known -> distance(known, name)))
                    .orElseThrow();
            throw place.error("unknown preset '" + name + "'; did you mean '" + nearest + "'? There are: "
                    + String.join(", ", NAMES));
        }
        String resource = "presets/" + name + ".yaml";
        try (InputStream yaml = Presets.class.getResourceAsStream(resource)) {
            if (yaml == null) {
                throw new IllegalStateException("the build left out the resource " + resource);
            }
            String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
            if (YamlNode.parse("preset " + name, text) instanceof Mapping mapping) {
                return mapping;
            }
            throw new IllegalStateException("the resource " + resource + " is no mapping");
        } catch (IOException e) {
            throw place.error("preset " + name + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * A table's fields over its preset's: a field replaces the preset's, an empty one removes it, and those of
     * {@code columns} and {@code rename} are added one by one.
     */
    static Mapping over(Mapping table, Mapping preset) throws ConfigException {
        Map<String, YamlNode> fields = new LinkedHashMap<>(preset.fields());
        if (table.fields().keySet().stream().anyMatch(SOURCES::contains)) {
            fields.keySet().removeAll(SOURCES);
        }
        for (Map.Entry<String, YamlNode> field : table.fields().entrySet()) {
            YamlNode base = fields.get(field.getKey());
            fields.put(
                    field.getKey(),
                    ADDED_TO.contains(field.getKey())
                                    && field.getValue() instanceof Mapping more
                                    && base instanceof Mapping before
                            ? over(more, before)
                            : field.getValue());
        }
        return new Mapping(table.place(), fields);
    }

    /** Levenshtein's distance: the least number of letters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
