package io.tickshred.standalone.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.log.LogKey;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/metrics.md and docs/logs.md say what the code declares. With
 * {@code -Dtest.jvm.extra=-Dtickshred.write-docs=true} this test writes them.
 */
class GeneratedPagesTest {
    private static final boolean WRITE = Boolean.getBoolean("tickshred.write-docs");

    @Test
    void metricsPageIsThatOfTheCode() throws Exception {
        check("docs/metrics.md", metrics());
    }

    @Test
    void logsPageIsThatOfTheCode() throws Exception {
        check("docs/logs.md", logs());
    }

    @Test
    void whatIsATimeSaysInWhatUnit() {
        assertThat(MeterCatalogue.sections().stream()
                        .flatMap(section -> section.meters().stream())
                        .filter(spec -> spec.meaning().matches("(?i).*\\b(seconds|milliseconds|time of)\\b.*")))
                .hasSizeGreaterThan(3)
                .allMatch(spec -> spec.unit().or(spec::measured).isPresent());
    }

    private static void check(String file, String expected) throws Exception {
        Path path = AlertingRules.ROOT.resolve(file);
        if (WRITE) {
            Files.writeString(path, expected);
        }
        assertThat(Files.readString(path))
                .as(
                        "%s is generated; write it anew with: mvn -Dquick -pl standalone -am test -Dtest=GeneratedPagesTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.extra=-Dtickshred.write-docs=true",
                        file)
                .isEqualTo(expected);
    }

    private static String metrics() throws Exception {
        Map<String, AlertingRules.Rule> rules =
                AlertingRules.all().stream().collect(Collectors.toMap(AlertingRules.Rule::name, rule -> rule));
        StringBuilder page = new StringBuilder("""
                # Metrics

                <!-- Generated from the code by GeneratedPagesTest; do not edit. -->

                Every service exports these for Prometheus at `/prometheus` on its admin port (8081 in containers). Alerts in
                bold are rules in `compose/prometheus/rules`; what to do about each stands in [runbook.md](runbook.md). What the
                dashboards in `compose/grafana/dashboards` (Day overview, Fleet, Kafka, S3) ask for is checked against this page, and
                this page against what running services export.

                A timer's series end in `_count`, `_sum`, `_max` (of the last minutes) and, where it has a histogram,
                `_bucket`. Prometheus adds `job` and `instance`.
                """);
        for (MeterSection section : MeterCatalogue.sections()) {
            page.append("\n## ").append(section.title()).append("\n\n");
            page.append(section.about())
                    .append(" Exported by: ")
                    .append(String.join(", ", section.services()))
                    .append(
                            ".\n\n| Metric | Kind, unit | Labels | Meaning | Alert worth having |\n| --- | --- | --- | --- | --- |\n");
            for (MeterSpec spec : section.meters()) {
                page.append("| `").append(spec.exported()).append("` | ");
                page.append(spec.kind().name().toLowerCase(Locale.ROOT))
                        .append(", ")
                        .append(spec.unit().or(spec::measured).orElse("number"))
                        .append(" | ");
                page.append(code(spec.tags())).append(" | ");
                page.append(cell(spec.meaning())).append(" | ");
                page.append(cell(alert(spec, rules))).append(" |\n");
            }
        }
        page.append("\n## Recorded by Prometheus\n\n| Series | Expression |\n| --- | --- |\n");
        rules.values().stream().filter(rule -> !rule.alert()).forEach(rule -> page.append("| `")
                .append(rule.name())
                .append("` | `")
                .append(rule.expression().replaceAll("\\s+", " "))
                .append("` |\n"));
        return page.toString();
    }

    private static String alert(MeterSpec spec, Map<String, AlertingRules.Rule> rules) {
        Stream<String> ruled = spec.rules().stream()
                .map(name -> "**" + name + "**: `"
                        + rules.get(name).expression().strip().replaceAll("\\s+", " ") + "`");
        return Stream.concat(ruled, Stream.of(spec.watch()).filter(text -> !text.isBlank()))
                .collect(Collectors.joining("; "));
    }

    private static String code(List<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String logs() {
        StringBuilder page = new StringBuilder("""
                # Logs

                <!-- Generated from the code by GeneratedPagesTest; do not edit. -->

                Services log to standard output, lines for people by default:

                ```
                2026-01-05T21:14:03.120Z INFO  TaskRunner Chunk done dataset=trades date=2026-01-05 plan=… chunk=7 …
                ```

                With `LOG_FORMAT=json` (or `logging.appenders[0].layout.type: json` in the configuration file) each line is a JSON object
                with `time`, `level`, `logger`, `thread`, `message`, the keys below as fields of their own, numbers as numbers, and
                `exception` and `stack` where there is one. A message is the same each time; what differs stands under keys.

                One line is written for each end of an attempt at a task (`Chunk done`, `Batch done`, `Publication done`,
                `Aggregate done`, `Plan discarded`, `Task failed`, `Task given back`, `Task fenced`, `Task malformed`), and one for
                each state that a day comes into (`Day planning`, `Day shredding`, `Day finalizing`, `Day published`, `Day failed`,
                with `state`), by whoever decides it. There are none by row. A request that cannot be run is an error by itself
                (`Plan request dropped`, `Day not planned` of a day that is published, `Day not planned again, its plan goes on`,
                `Range refused`, `Aggregate refused`). What each line of level ERROR means, and what to do:
                [runbook.md](runbook.md#error-lines).

                | Key | Meaning |
                | --- | --- |
                """);
        for (LogKey key : LogKey.values()) {
            page.append("| `")
                    .append(key.text())
                    .append("` | ")
                    .append(key.meaning())
                    .append(" |\n");
        }
        return page.toString();
    }
}
