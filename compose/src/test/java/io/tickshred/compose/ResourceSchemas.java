package io.tickshred.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * AWS's published schemas of resource types, as {@code compose/ecs/schemas.mjs} wrote them down, and what in a template
 * does not go with them: unknown types and properties, missing ones, values of the wrong type or outside those allowed.
 * What an intrinsic function gives is not looked at.
 */
final class ResourceSchemas {
    private static final Set<String> FUNCTIONS =
            Set.of("Ref", "Fn::Sub", "Fn::GetAtt", "Fn::If", "Fn::Select", "Fn::Split", "Fn::Join");

    private final JsonNode schemas;

    ResourceSchemas() throws IOException {
        try (InputStream in = ResourceSchemas.class.getResourceAsStream("/ecs/schemas.json")) {
            schemas = new ObjectMapper().readTree(Objects.requireNonNull(in));
        }
    }

    /** What a resource may be asked for by {@code Fn::GetAtt}. */
    boolean hasAttribute(String type, String attribute) {
        for (JsonNode known : schemas.at("/resources").path(type).path("attributes")) {
            if (known.asText().equals(attribute)) {
                return true;
            }
        }
        return false;
    }

    /** Everything that is wrong with a resource, each with its path. */
    List<String> problems(String name, JsonNode resource) {
        List<String> problems = new ArrayList<>();
        JsonNode schema = schemas.path("resources").path(resource.path("Type").asText());
        if (schema.isMissingNode()) {
            return List.of(name + ": no schema of " + resource.path("Type"));
        }
        object(name, resource.path("Properties"), schema.path("properties"), problems);
        return problems;
    }

    private void object(String path, JsonNode value, JsonNode properties, List<String> problems) {
        for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!properties.has(name)) {
                problems.add(path + ": no property " + name);
            } else {
                check(path + "." + name, value.get(name), properties.get(name), problems);
            }
        }
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            if (property.getValue().path("required").asBoolean() && !value.has(property.getKey())) {
                problems.add(path + ": " + property.getKey() + " is missing");
            }
        }
    }

    private void check(String path, JsonNode value, JsonNode type, List<String> problems) {
        if (isFunction(value)) {
            return;
        }
        if (type.has("ref")) {
            if (value.isObject()) {
                object(path, value, schemas.path("types").path(type.get("ref").asText()), problems);
            } else {
                problems.add(path + ": not an object: " + value);
            }
        } else if (type.has("array")) {
            if (!value.isArray()) {
                problems.add(path + ": not a list: " + value);
            }
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                check(path + "[" + i + "]", value.get(i), type.get("array"), problems);
            }
        } else if (type.has("map")) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                check(path + "." + entry.getKey(), entry.getValue(), type.get("map"), problems);
            }
        } else if (type.has("union")) {
            union(path, value, type.get("union"), problems);
        } else if (!fits(value, type)) {
            problems.add(path + ": " + value + " is no " + type);
        }
    }

    private void union(String path, JsonNode value, JsonNode types, List<String> problems) {
        List<String> last = new ArrayList<>();
        for (JsonNode type : types) {
            last.clear();
            check(path, value, type, last);
            if (last.isEmpty()) {
                return;
            }
        }
        problems.addAll(last);
    }

    private static boolean fits(JsonNode value, JsonNode type) {
        boolean right =
                switch (type.path("is").asText()) {
                    case "string" -> value.isTextual();
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    default -> true; // json, tag, date-time: free
                };
        if (!type.has("allowed")) {
            return right;
        }
        for (JsonNode allowed : type.get("allowed")) {
            if (allowed.equals(value)) {
                return right;
            }
        }
        return false;
    }

    static boolean isFunction(JsonNode value) {
        return value.isObject()
                && value.size() == 1
                && FUNCTIONS.contains(value.fieldNames().next());
    }
}
