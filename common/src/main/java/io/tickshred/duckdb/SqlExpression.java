package io.tickshred.duckdb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One expression of a table's definition, parsed by DuckDB itself: what it refers to, and that it is a function of one
 * row of the source and nothing else. Subqueries, tables, windows, aggregates, parameters, collations and functions
 * that do not give the same answer each time are refused.
 *
 * @param columns first names of all column references, as written
 * @param plainColumn the column, when the expression is just its name
 */
record SqlExpression(Set<String> columns, Optional<String> plainColumn) {
    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> ALLOWED = Set.of(
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
            "TYPE");

    private static final Map<String, String> REFUSED = Map.of(
            "SUBQUERY", "a subquery",
            "WINDOW", "a window function",
            "STAR", "* or COLUMNS",
            "PARAMETER", "a parameter",
            "POSITIONAL_REFERENCE", "a positional reference",
            "COLLATE", "a collation",
            "DEFAULT", "DEFAULT");

    private static final Set<String> MULTIPLYING = Set.of("unnest", "unlist");

    SqlExpression {
        columns = Set.copyOf(columns);
    }

    /** Parses and checks an expression; {@code what} names it in errors. */
    static SqlExpression parse(DuckDbSession session, String what, String text)
            throws DefinitionException, DuckDbException, InterruptedException {
        String statement = "SELECT (\n" + text + "\n)";
        JsonNode tree;
        try {
            tree = JSON.readTree(
                    session.query("SELECT json_serialize_sql(" + Sql.literal(statement) + ")", row -> row.text(0))
                            .get(0));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DuckDB gave no JSON for " + what, e);
        }
        if (tree.path("error").asBoolean()) {
            throw new DefinitionException(
                    what + " is not valid SQL: " + tree.path("error_message").asText());
        }
        JsonNode root = soleExpression(what, tree);
        Walk walk = new Walk(what);
        walk.expression(root, Set.of());
        refuseUnstable(session, what, walk.functions);
        JsonNode names = root.path("column_names");
        return new SqlExpression(
                walk.columns, names.size() == 1 ? Optional.of(names.get(0).asText()) : Optional.empty());
    }

    /** The one expression of {@code SELECT (…)}; text that closes the bracket and goes on makes another tree. */
    private static JsonNode soleExpression(String what, JsonNode tree) throws DefinitionException {
        JsonNode node = tree.path("statements").path(0).path("node");
        boolean plain = tree.path("statements").size() == 1
                && node.path("type").asText().equals("SELECT_NODE")
                && node.path("modifiers").isEmpty()
                && node.path("cte_map").path("map").isEmpty()
                && node.path("select_list").size() == 1
                && node.path("from_table").path("type").asText().equals("EMPTY")
                && node.path("where_clause").isNull()
                && node.path("group_expressions").isEmpty()
                && node.path("having").isNull()
                && node.path("qualify").isNull()
                && node.path("sample").isNull();
        if (!plain) {
            throw new DefinitionException(what + " must be one expression over the columns of a row, not a statement");
        }
        return node.path("select_list").path(0);
    }

    private static void refuseUnstable(DuckDbSession session, String what, Set<String> functions)
            throws DefinitionException, DuckDbException, InterruptedException {
        if (functions.isEmpty()) {
            return;
        }
        for (String function : functions) {
            if (MULTIPLYING.contains(function.toLowerCase(Locale.ROOT))) {
                throw new DefinitionException(what + " must give one value for a row, but calls " + function + "()");
            }
        }
        String names = functions.stream().map(Sql::literal).collect(Collectors.joining(", "));
        List<String> refused = session.query(
                "SELECT function_name, bool_or(function_type = 'aggregate') FROM duckdb_functions() WHERE function_name IN ("
                        + names + ") AND function_name <> 'error' GROUP BY function_name"
                        + " HAVING bool_and(function_type = 'aggregate')"
                        + " OR bool_or(stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')) ORDER BY function_name",
                row -> row.text(0)
                        + (row.text(1).equals("true")
                                ? "(), an aggregate of many rows"
                                : "(), which does not give the same answer each time"));
        if (!refused.isEmpty()) {
            throw new DefinitionException(
                    what + " must be a function of one row alone, but calls " + String.join(" and ", refused));
        }
    }

    private static final class Walk {
        private final String what;
        private final Set<String> columns = new LinkedHashSet<>();
        private final Set<String> functions = new LinkedHashSet<>();

        Walk(String what) {
            this.what = what;
        }

        void expression(JsonNode node, Set<String> lambdaNames) throws DefinitionException {
            String type = node.path("class").asText("");
            if (!type.isEmpty() && !ALLOWED.contains(type)) {
                throw new DefinitionException(what + " must be a function of one row alone, but has "
                        + REFUSED.getOrDefault(type, type) + ", which is not allowed");
            }
            switch (type) {
                case "COLUMN_REF" -> {
                    String name = node.path("column_names").path(0).asText();
                    if (!lambdaNames.contains(name)) {
                        columns.add(name);
                    }
                }
                case "LAMBDA" -> {
                    Set<String> names = new HashSet<>(lambdaNames);
                    parameters(node.path("lhs"), names);
                    expression(node.path("expr"), names);
                }
                default -> {
                    if (type.equals("FUNCTION")) {
                        functions.add(node.path("function_name").asText());
                    }
                    for (JsonNode child : node) {
                        expression(child, lambdaNames);
                    }
                }
            }
        }

        private void parameters(JsonNode node, Set<String> names) {
            if (node.path("class").asText().equals("COLUMN_REF")) {
                names.add(node.path("column_names").path(0).asText());
            }
            for (JsonNode child : node) {
                parameters(child, names);
            }
        }
    }
}
