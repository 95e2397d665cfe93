package io.tickshred.duckdb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of a metric, parsed by DuckDB itself and checked node by node: one {@code SELECT} over the metric's tables
 * and what it makes of them, with functions that give the same answer each time. What is not known to be harmless is
 * refused, so that no file is read, nothing is attached, set, installed or written, whatever DuckDB learns to do.
 */
final class MetricSelect {
    private static final JsonMapper JSON = new JsonMapper();

    /** Kinds of queries, relations and modifiers; all that has no class of expression must be one of them. */
    private static final Set<String> QUERIES = Set.of(
            "SELECT_NODE",
            "SET_OPERATION_NODE",
            "RECURSIVE_CTE_NODE",
            "CTE_NODE",
            "SUBQUERY",
            "JOIN",
            "EMPTY",
            "EXPRESSION_LIST",
            "ORDER_MODIFIER",
            "DISTINCT_MODIFIER",
            "LIMIT_MODIFIER",
            "LIMIT_PERCENT_MODIFIER",
            "ORDER_DEFAULT",
            "ASCENDING",
            "DESCENDING",
            "ORDER_ASCENDING",
            "ORDER_DESCENDING");

    private static final Set<String> EXPRESSIONS = Set.of(
            "COLUMN_REF",
            "CONSTANT",
            "FUNCTION",
            "CAST",
            "CASE",
            "COMPARISON",
            "CONJUNCTION",
            "BETWEEN",
            "OPERATOR",
            "LAMBDA",
            "LAMBDA_REF",
            "TYPE",
            "STAR",
            "SUBQUERY",
            "WINDOW");

    /** Functions that make rows of their arguments alone. */
    private static final Set<String> ROW_MAKERS = Set.of("unnest", "range", "generate_series");

    /** Words that are functions of the clock without brackets. */
    private static final Set<String> CLOCK =
            Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

    private final String text;
    private final Set<String> tables;
    private final Set<String> named = new LinkedHashSet<>();
    private final Map<String, Integer> functions = new LinkedHashMap<>();

    private MetricSelect(String text, Set<String> tables) {
        this.text = text;
        this.tables = tables;
    }

    /**
     * Checks a text.
     *
     * @param tables names of relations that it may read, in lower case
     * @throws MetricException with the line, when it is no valid or no allowed {@code SELECT}
     */
    static void check(DuckDbSession session, String text, Set<String> tables)
            throws MetricException, DuckDbException, InterruptedException {
        new MetricSelect(text, tables).check(session);
    }

    private void check(DuckDbSession session) throws MetricException, DuckDbException, InterruptedException {
        JsonNode tree;
        try {
            tree = JSON.readTree(
                    session.query("SELECT json_serialize_sql(" + Sql.literal(text) + ")", row -> row.text(0))
                            .get(0));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DuckDB gave no JSON for a metric", e);
        }
        if (tree.path("error").asBoolean()) {
            String message = tree.path("error_message").asText();
            boolean syntax = tree.path("error_type").asText().equals("parser");
            throw new MetricException(
                    syntax ? lineAt(tree.path("position").asLong(-1)) : Optional.of(firstLine()),
                    syntax ? message : "must be one SELECT and nothing else; " + message);
        }
        if (tree.path("statements").size() != 1) {
            throw new MetricException(
                    Optional.of(firstLine()),
                    "must be one SELECT, found " + tree.path("statements").size() + " statements");
        }
        JsonNode query = tree.path("statements").path(0).path("node");
        nameCommonTables(query);
        walk(query, -1);
        refuseUnstable(session);
    }

    /** A name of a common table is taken anywhere in the text, so it must not be one that could mean a file. */
    private void nameCommonTables(JsonNode node) throws MetricException {
        for (JsonNode entry : node.path("cte_map").path("map")) {
            String name = entry.path("key").asText();
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new MetricException(Optional.of(firstLine()), "must not name a common table \"" + name + "\"");
            }
            named.add(name.toLowerCase(Locale.ROOT));
        }
        for (JsonNode child : node) {
            nameCommonTables(child);
        }
    }

    private void walk(JsonNode node, long outerLocation) throws MetricException {
        long location = outerLocation;
        JsonNode own = node.path("query_location");
        if (own.isIntegralNumber() && own.canConvertToInt()) {
            location = own.asLong();
        }
        String type = node.path("type").asText("");
        String expression = node.path("class").asText("");
        if (!expression.isEmpty()) {
            expression(node, expression, location);
        } else if (node.path("type").isTextual()) {
            relation(node, type, location);
        }
        if (node.path("sample").isObject()) {
            throw refused(location, "must not use a sample of rows");
        }
        for (JsonNode child : node) {
            if (child.isContainerNode()) {
                walk(child, location);
            }
        }
    }

    private void expression(JsonNode node, String expression, long location) throws MetricException {
        if (!EXPRESSIONS.contains(expression)) {
            throw refused(
                    location,
                    "must not use " + expression.toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        switch (expression) {
            case "FUNCTION", "WINDOW" -> {
                JsonNode path = node.path("qualified_name").path("path");
                if (path.size() > 1 || !node.path("schema").asText("").isEmpty()) {
                    throw refused(location, "must not name a function with its schema");
                }
                functions.putIfAbsent(node.path("function_name").asText().toLowerCase(Locale.ROOT), line(location));
            }
            case "COLUMN_REF" -> {
                JsonNode names = node.path("column_names");
                String name = names.path(0).asText().toLowerCase(Locale.ROOT);
                if (names.size() == 1 && CLOCK.contains(name)) {
                    throw refused(location, "must give the same answer each time, but uses " + name);
                }
            }
            default -> {}
        }
    }

    private void relation(JsonNode node, String type, long location) throws MetricException {
        switch (type) {
            case "BASE_TABLE" -> {
                String name = node.path("table_name").asText();
                boolean plain = node.path("schema_name").asText("").isEmpty()
                        && node.path("catalog_name").asText("").isEmpty();
                String lower = name.toLowerCase(Locale.ROOT);
                if (!plain || !tables.contains(lower) && !named.contains(lower)) {
                    throw refused(
                            location,
                            "must read the metric's own tables alone, but reads " + name + "; it has: "
                                    + tables.stream().sorted().collect(Collectors.joining(", ")));
                }
            }
            case "TABLE_FUNCTION" -> {
                String name = node.path("function").path("function_name").asText();
                if (!ROW_MAKERS.contains(name.toLowerCase(Locale.ROOT))) {
                    throw refused(location, "must read the metric's own tables alone, but calls " + name + "()");
                }
            }
            default -> {
                if (!QUERIES.contains(type)) {
                    throw refused(
                            location,
                            "must not use " + type.toLowerCase(Locale.ROOT).replace('_', ' '));
                }
            }
        }
    }

    private void refuseUnstable(DuckDbSession session) throws MetricException, DuckDbException, InterruptedException {
        if (functions.isEmpty()) {
            return;
        }
        String names = functions.keySet().stream().map(Sql::literal).collect(Collectors.joining(", "));
        List<String> unstable = session.query(
                "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE lower(function_name) IN (" + names
                        + ") AND function_name <> 'error' AND stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')"
                        + " ORDER BY 1",
                row -> row.text(0));
        if (!unstable.isEmpty()) {
            String name = unstable.get(0);
            throw new MetricException(
                    Optional.ofNullable(functions.get(name)).filter(line -> line > 0),
                    "must give the same answer each time, but calls " + name + "()");
        }
    }

    private MetricException refused(long location, String problem) {
        return new MetricException(lineAt(location), problem);
    }

    private int line(long location) {
        return lineAt(location).orElse(0);
    }

    /** Line of a place, which DuckDB counts in bytes. */
    private Optional<Integer> lineAt(long location) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (location < 0 || location > bytes.length) {
            return Optional.empty();
        }
        String before = new String(Arrays.copyOf(bytes, (int) location), StandardCharsets.UTF_8);
        return Optional.of(1 + (int) before.chars().filter(c -> c == '\n').count());
    }

    private int firstLine() {
        return firstLine(text);
    }

    /** Line of the first word that is no comment. */
    static int firstLine(String text) {
        int line = 1;
        for (String part : text.split("\n", -1)) {
            if (!part.isBlank() && !part.strip().startsWith("--")) {
                return line;
            }
            line++;
        }
        return 1;
    }
}
