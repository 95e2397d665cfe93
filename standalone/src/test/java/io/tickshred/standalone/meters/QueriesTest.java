package io.tickshred.standalone.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Dashboards and rules ask for nothing that the services do not declare. That services export what they declare, and no
 * more, is checked on a running fleet: {@code SharedFleetOnS3IT}.
 */
class QueriesTest {
    /** What Prometheus adds to whatever it scrapes. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    private final Map<String, MeterSpec> catalogue = MeterCatalogue.bySeries();

    private List<String> unknown(String where, String expression, Set<String> recorded) {
        PromQuery query = PromQuery.parse(expression);
        List<String> unknown = new ArrayList<>();
        Set<String> available = new HashSet<>(OF_PROMETHEUS);
        query.selected().forEach((name, labels) -> {
            Set<String> known = new HashSet<>(OF_PROMETHEUS);
            if (catalogue.containsKey(name)) {
                known.addAll(catalogue.get(name).tags());
                if (name.endsWith("_bucket")) {
                    known.add("le");
                }
            } else if (!name.equals("up") && !recorded.contains(name)) {
                unknown.add(where + ": no service exports " + name);
            }
            available.addAll(known);
            labels.stream()
                    .filter(label -> !known.contains(label))
                    .forEach(label -> unknown.add(where + ": " + name + " has no label " + label));
        });
        query.grouped().stream()
                .filter(label -> !available.contains(label))
                .forEach(label -> unknown.add(where + ": nothing in it has a label " + label));
        if (query.selected().isEmpty()) {
            unknown.add(where + ": asks for nothing: " + expression);
        }
        return unknown;
    }

    @Test
    void aQueryIsTakenApart() {
        PromQuery query =
                PromQuery.parse("sum by (job, le) (rate(a_b_total{x=\"y\", z!~\"2..\"}[5m])) / on(job) c:d > 4 * 3600"
                        + " unless max(e_f offset 10m) or vector(0)");

        assertThat(query.selected()).isEqualTo(Map.of("a_b_total", Set.of("x", "z"), "c:d", Set.of(), "e_f", Set.of()));
        assertThat(query.grouped()).containsExactlyInAnyOrder("job", "le");
        assertThat(unknown("here", "sum by (colour) (tickshred_tasks_total{queue=\"q\", shape=\"s\"})", Set.of()))
                .containsExactly(
                        "here: tickshred_tasks_total has no label shape", "here: nothing in it has a label colour");
        assertThat(unknown("here", "rate(tickshred_task_total[1m])", Set.of()))
                .containsExactly("here: no service exports tickshred_task_total");
    }

    @Test
    void dashboardsAskForWhatServicesExport() throws Exception {
        Set<String> recorded = AlertingRules.all().stream()
                .filter(rule -> !rule.alert())
                .map(AlertingRules.Rule::name)
                .collect(Collectors.toSet());
        Map<String, String> queries = AlertingRules.dashboardQueries();
        List<String> unknown = new ArrayList<>();
        queries.forEach((where, expression) -> unknown.addAll(unknown(where, expression, recorded)));

        assertThat(queries).hasSizeGreaterThan(80);
        assertThat(unknown).isEmpty();
    }

    @Test
    void rulesAskForWhatServicesExport() throws Exception {
        List<AlertingRules.Rule> rules = AlertingRules.all();
        List<String> unknown = new ArrayList<>();
        rules.forEach(rule -> unknown.addAll(unknown(rule.name(), rule.expression(), Set.of())));

        assertThat(rules).hasSizeGreaterThan(20);
        assertThat(unknown).isEmpty();
    }

    @Test
    void aRuleAndTheMetricsThatItGoesByNameEachOther() throws Exception {
        Map<String, Set<String>> byRule = new LinkedHashMap<>();
        for (AlertingRules.Rule rule : AlertingRules.all()) {
            if (rule.alert()) {
                byRule.put(
                        rule.name(),
                        PromQuery.parse(rule.expression()).selected().keySet().stream()
                                .filter(catalogue::containsKey)
                                .map(name -> catalogue.get(name).name())
                                .collect(Collectors.toSet()));
            }
        }
        List<String> wrong = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (MeterSection section : MeterCatalogue.sections()) {
            for (MeterSpec spec : section.meters()) {
                for (String rule : spec.rules()) {
                    named.add(rule);
                    if (!byRule.getOrDefault(rule, Set.of()).contains(spec.name())) {
                        wrong.add(spec.name() + " names " + rule + ", which does not go by it");
                    }
                }
                if (spec.rules().isEmpty() && spec.watch().isBlank()) {
                    wrong.add(spec.name() + " has no alert worth having");
                }
            }
        }
        byRule.forEach((rule, metrics) -> {
            if (!metrics.isEmpty() && !named.contains(rule)) {
                wrong.add("no metric names the rule " + rule);
            }
        });

        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRuleIsUnitTestedAndInTheRunbook() throws Exception {
        StringBuilder tests = new StringBuilder();
        for (var file : AlertingRules.files("compose/prometheus/tests")) {
            tests.append(java.nio.file.Files.readString(file));
        }
        String runbook = java.nio.file.Files.readString(AlertingRules.ROOT.resolve("docs/runbook.md"));

        for (AlertingRules.Rule rule : AlertingRules.all()) {
            assertThat(tests.toString()).as("promtool's tests").contains(rule.name());
            if (rule.alert()) {
                assertThat(runbook).as("docs/runbook.md").contains("`" + rule.name() + "`");
            }
        }
    }
}
