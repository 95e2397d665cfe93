package io.tickshred.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A YAML document as a tree that knows the file, line and path of each node, so that every error can say where it is.
 * Scalars are kept as the text that stands in the file.
 */
sealed interface YamlNode {
    Place place();

    /** Where a node stands: file, line from 1, and path from the root, which is empty. */
    record Place(String file, int line, String path) {
        ConfigException error(String problem) {
            return new ConfigException(file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + problem);
        }

        ConfigException error(IllegalArgumentException cause) {
            return new ConfigException(error(String.valueOf(cause.getMessage())).getMessage(), cause);
        }

        Place field(String name, int fieldLine) {
            return new Place(file, fieldLine, path.isEmpty() ? name : path + "." + name);
        }

        Place item(int index, int itemLine) {
            return new Place(file, itemLine, path + "[" + index + "]");
        }
    }

    record Scalar(Place place, String text, boolean blank) implements YamlNode {}

    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    record Mapping(Place place, Map<String, YamlNode> fields) implements YamlNode {}

    /** Reads one document; refuses syntax errors, duplicate fields, aliases and an empty document. */
    static YamlNode parse(String file, String yaml) throws ConfigException {
        try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
            if (parser.nextToken() == null) {
                throw new Place(file, 1, "").error("the file is empty; see datasets/ for examples");
            }
            YamlNode root = read(parser, line -> new Place(file, line, ""));
            if (parser.nextToken() != null) {
                throw new Place(file, line(parser), "").error("a second document begins; keep one dataset in a file");
            }
            return root;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new ConfigException(
                    file + ":" + (at == null ? 1 : at.getLineNr()) + ": not valid YAML: "
                            + problem(e.getOriginalMessage()) + "; quote texts that begin with { * or %",
                    e);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static YamlNode read(JsonParser parser, Function<Integer, Place> placeAt)
            throws IOException, ConfigException {
        Place place = placeAt.apply(line(parser));
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int line = line(parser);
                parser.nextToken();
                if (fields.put(name, read(parser, ignored -> place.field(name, line))) != null) {
                    throw place.field(name, line).error("stands twice; remove one");
                }
            }
            return new Mapping(place, fields);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int index = items.size();
                items.add(read(parser, line -> place.item(index, line)));
            }
            return new Sequence(place, items);
        }
        if (((YAMLParser) parser).isCurrentAlias()) {
            throw place.error("aliases are not supported; write the value out");
        }
        return new Scalar(place, token == JsonToken.VALUE_NULL ? "" : parser.getText(), token == JsonToken.VALUE_NULL);
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    /** SnakeYAML explains in lines with indented excerpts; the last line that is not indented says what is wrong. */
    private static String problem(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .reduce((first, second) -> second)
                .orElse(message.strip());
    }
}
