package io.tickshred.standalone.meters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What stands in {@code compose/prometheus/rules} and {@code compose/grafana/dashboards}. */
final class AlertingRules {
    static final Path ROOT = Path.of(System.getProperty("tickshred.root", ".."));

    private AlertingRules() {}

    /** One rule; an alert or a recorded series. */
    record Rule(String name, boolean alert, String expression, String severity, String summary) {}

    static List<Rule> all() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (Path file : files("compose/prometheus/rules")) {
            for (JsonNode group : new YAMLMapper().readTree(file.toFile()).path("groups")) {
                for (JsonNode rule : group.path("rules")) {
                    rules.add(new Rule(
                            rule.path("alert").asText(rule.path("record").asText()),
                            rule.has("alert"),
                            rule.path("expr").asText(),
                            rule.at("/labels/severity").asText(),
                            rule.at("/annotations/summary").asText()));
                }
            }
        }
        return rules;
    }

    /** Every query of every panel by where it stands. */
    static Map<String, String> dashboardQueries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (Path file : files("compose/grafana/dashboards")) {
            for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    queries.put(
                            file.getFileName() + ", " + panel.path("title").asText() + ", "
                                    + target.path("refId").asText(),
                            target.path("expr").asText());
                }
            }
        }
        return queries;
    }

    static List<Path> files(String directory) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
            return files.sorted().toList();
        }
    }
}
