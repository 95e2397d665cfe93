package io.tickshred.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A running Prometheus: what it scrapes, which metrics it knows, and how it reads and answers a query. */
final class Prometheus {
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI api;

    Prometheus(int port) {
        api = URI.create("http://127.0.0.1:" + port + "/api/v1/");
    }

    /** How many instances of each job answered their last scrape. */
    Map<String, Integer> up() {
        Map<String, Integer> healthy = new TreeMap<>();
        for (JsonNode target : data("targets").path("activeTargets")) {
            if (target.path("health").asText().equals("up")) {
                healthy.merge(target.at("/labels/job").asText(), 1, Integer::sum);
            }
        }
        return healthy;
    }

    /** Names of rules, each with "ok" or what became of its last evaluation. */
    Map<String, String> rules() {
        Map<String, String> rules = new TreeMap<>();
        for (JsonNode group : data("rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                rules.put(
                        rule.path("name").asText(),
                        rule.path("health").asText() + rule.path("lastError").asText());
            }
        }
        return rules;
    }

    /** Each metric that it has ever seen or recorded. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        data("label/__name__/values").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Whether it says how it reads a query, which those before version 3 do not. */
    boolean takesQueriesApart() {
        return ask("parse_query?query=up").path("status").asText().equals("success");
    }

    /** What is wrong with queries: what Prometheus cannot read or answer, and metrics that it has never seen. */
    List<String> problems(Map<String, String> queries, Set<String> others) {
        Set<String> known = names();
        known.addAll(others);
        List<String> problems = new ArrayList<>();
        queries.forEach((where, expression) -> {
            String query = "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
            JsonNode parsed = ask("parse_query?" + query);
            JsonNode answer = ask("query?" + query);
            for (JsonNode asked : List.of(parsed, answer)) {
                if (!asked.path("status").asText().equals("success")) {
                    problems.add(where + ": " + asked.path("error").asText(asked.toString()));
                }
            }
            Set<String> selected = new TreeSet<>();
            select(parsed, selected);
            selected.removeAll(known);
            selected.forEach(name -> problems.add(where + ": never seen: " + name));
        });
        return problems;
    }

    /** Names of metrics in a query as Prometheus has taken it apart. */
    private static void select(JsonNode node, Set<String> names) {
        if (node.path("type").asText().endsWith("Selector")) {
            names.add(node.path("name").asText());
        }
        node.forEach(child -> select(child, names));
    }

    /** All queries of dashboards and rules that ship, by where they stand. */
    static Map<String, String> shippedQueries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (Path file : files("compose/grafana/dashboards")) {
            for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).findParents("expr")) {
                queries.put(
                        file.getFileName() + " " + queries.size(),
                        panel.path("expr").asText());
            }
        }
        for (Path file : files("compose/prometheus/rules")) {
            for (JsonNode rule : new YAMLMapper().readTree(file.toFile()).findParents("expr")) {
                String name = rule.path("alert").asText(rule.path("record").asText());
                queries.put("rule " + name, rule.path("expr").asText());
            }
        }
        return queries;
    }

    private static List<Path> files(String directory) throws IOException {
        try (Stream<Path> files = Files.list(Compose.ROOT.resolve(directory))) {
            return files.sorted().toList();
        }
    }

    private JsonNode data(String path) {
        return ask(path).path("data");
    }

    private JsonNode ask(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(api.resolve(path)).build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            boolean json =
                    response.headers().firstValue("content-type").orElse("").startsWith("application/json");
            return json ? new ObjectMapper().readTree(response.body()) : TextNode.valueOf(response.body());
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }
}
