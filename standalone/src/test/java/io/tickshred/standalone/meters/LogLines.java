package io.tickshred.standalone.meters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tickshred.log.LogKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lines of services' logs in JSON. */
public final class LogLines {
    private static final Set<String> OF_EVERY_LINE =
            Set.of("time", "level", "logger", "thread", "message", "exception", "stack");
    private static final Set<String> KEYS =
            Stream.of(LogKey.values()).map(LogKey::text).collect(Collectors.toUnmodifiableSet());

    private final List<JsonNode> lines;

    private LogLines(List<JsonNode> lines) {
        this.lines = lines;
    }

    /** Fails on a line that is no JSON object, but for what the JVM itself says. */
    public static LogLines parse(List<String> lines) {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("WARNING: ") || line.startsWith("OpenJDK ")) {
                continue;
            }
            try {
                parsed.add(mapper.readTree(line));
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + line, e);
            }
        }
        return new LogLines(parsed);
    }

    /** Fields of own lines that the vocabulary lacks. */
    public Set<String> unknownKeys() {
        Set<String> unknown = new TreeSet<>();
        own().forEach(line -> line.fieldNames().forEachRemaining(field -> {
            if (!KEYS.contains(field) && !OF_EVERY_LINE.contains(field)) {
                unknown.add(field + " in " + line);
            }
        }));
        return unknown;
    }

    /** The states that a plan's day came into, one for each line about it. */
    public List<String> states(String dataset, String date, String plan) {
        return own().filter(line -> line.path("message").asText().startsWith("Day ") && line.has("state"))
                .filter(line -> line.path("dataset").asText().equals(dataset)
                        && line.path("date").asText().equals(date)
                        && line.path("plan").asText().equals(plan))
                .map(line -> line.path("state").asText())
                .toList();
    }

    /** The values of a key in all lines with a message. */
    public List<String> values(String message, String key) {
        return values(line -> true, message, key);
    }

    /** The values of a key in all lines of a plan with a message. */
    public List<String> values(String plan, String message, String key) {
        return values(line -> line.path("plan").asText().equals(plan), message, key);
    }

    private List<String> values(Predicate<JsonNode> which, String message, String key) {
        return own().filter(which)
                .filter(line -> line.path("message").asText().equals(message))
                .map(line -> line.path(key).asText())
                .toList();
    }

    public List<JsonNode> all() {
        return List.copyOf(lines);
    }

    private Stream<JsonNode> own() {
        return lines.stream().filter(line -> line.path("logger").asText().startsWith("io.tickshred."));
    }
}
