package io.tickshred.config;

import io.tickshred.config.YamlNode.Mapping;
import io.tickshred.config.YamlNode.Place;
import io.tickshred.config.YamlNode.Scalar;
import io.tickshred.config.YamlNode.Sequence;
import io.tickshred.model.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes the fields of one YAML mapping one after the other; what nobody took is an unknown field. */
final class YamlReader {
    private final Mapping mapping;
    private final Set<String> taken = new HashSet<>();

    private YamlReader(Mapping mapping) {
        this.mapping = mapping;
    }

    static YamlReader of(YamlNode node, String what) throws ConfigException {
        if (node instanceof Mapping mapping) {
            return new YamlReader(mapping);
        }
        throw node.place().error(what + " must be a mapping of fields, found " + kind(node));
    }

    /** This mapping over another, whose fields stand where this one has none; see {@link Presets#over}. */
    YamlReader over(Mapping base) throws ConfigException {
        return new YamlReader(Presets.over(mapping, base));
    }

    Place place() {
        return mapping.place();
    }

    /** Where a field stands, or the mapping itself when it is absent. */
    Place place(String field) {
        YamlNode node = mapping.fields().get(field);
        return node == null ? mapping.place() : node.place();
    }

    Optional<YamlNode> take(String field) {
        taken.add(field);
        return Optional.ofNullable(mapping.fields().get(field))
                .filter(node -> !(node instanceof Scalar s && s.blank()));
    }

    YamlNode require(String field, String todo) throws ConfigException {
        Optional<YamlNode> node = take(field);
        if (node.isPresent()) {
            return node.get();
        }
        refuseMisspelt(field);
        throw place().error("field '" + field + "' is missing; " + todo);
    }

    /** A field that is misspelt is what is wrong, not that the right one is missing. */
    void refuseMisspelt(String field) throws ConfigException {
        for (String name : mapping.fields().keySet()) {
            if (!taken.contains(name) && Spelling.meant(name, List.of(field)).isPresent()) {
                throw place(name).error("unknown field '" + name + "'" + Spelling.hint(name, List.of(field)));
            }
        }
    }

    Optional<String> text(String field) throws ConfigException {
        Optional<YamlNode> node = take(field);
        return node.isEmpty() ? Optional.empty() : Optional.of(text(node.get()));
    }

    String requireText(String field, String todo) throws ConfigException {
        return text(require(field, todo));
    }

    /** A list of text; a single text stands for a list of one. */
    List<String> texts(String field) throws ConfigException {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(field)) {
            texts.add(text(item));
        }
        return texts;
    }

    /** The items of a list; a single scalar stands for a list of one; an absent field for an empty one. */
    List<YamlNode> items(String field) throws ConfigException {
        Optional<YamlNode> node = take(field);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof Sequence sequence) {
            return sequence.items();
        }
        if (node.get() instanceof Scalar) {
            return List.of(node.get());
        }
        throw node.get().place().error("must be a list, found " + kind(node.get()));
    }

    /** The fields of a mapping, each a text, in the order they stand in; an absent one has none. */
    Map<String, YamlNode> fields(String field) throws ConfigException {
        Optional<YamlNode> node = take(field);
        if (node.isEmpty()) {
            return Map.of();
        }
        if (node.get() instanceof Mapping fields) {
            return fields.fields();
        }
        throw node.get().place().error("must be a mapping of fields, found " + kind(node.get()));
    }

    boolean flag(String field) throws ConfigException {
        Optional<String> text = text(field);
        if (text.isEmpty() || text.get().equals("true") || text.get().equals("false")) {
            return text.filter("true"::equals).isPresent();
        }
        throw place(field).error("must be true or false, found '" + text.get() + "'");
    }

    long size(String field, long absent) throws ConfigException {
        Optional<String> text = text(field);
        try {
            return text.isEmpty() ? absent : ByteSize.parse(text.get());
        } catch (IllegalArgumentException e) {
            throw place(field).error(e);
        }
    }

    long count(String field, long absent) throws ConfigException {
        Optional<String> text = text(field);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long count = Long.parseLong(text.get().replaceAll("[_,]", ""));
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below, as for a number that is too small
        }
        throw place(field).error("must be a whole number of at least 1, found '" + text.get() + "'");
    }

    /** Fails for the first field that is not known here, with the known ones. */
    void finish() throws ConfigException {
        for (String name : mapping.fields().keySet()) {
            if (!taken.contains(name)) {
                throw place(name)
                        .error("unknown field '" + name + "'; known here: "
                                + String.join(", ", taken.stream().sorted().toList())
                                + Spelling.hint(name, taken));
            }
        }
    }

    static String text(YamlNode node) throws ConfigException {
        if (node instanceof Scalar scalar && !scalar.text().isBlank()) {
            return scalar.text().strip();
        }
        throw node.place().error("must be a text, found " + kind(node));
    }

    private static String kind(YamlNode node) {
        if (node instanceof Mapping) {
            return "a mapping of fields";
        }
        if (node instanceof Sequence) {
            return "a list";
        }
        Scalar scalar = (Scalar) node;
        return scalar.text().isBlank() ? "nothing" : "'" + scalar.text() + "'";
    }
}
