package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/runbook.md tells people to set is there to be set. */
class RunbookTest {
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
    private static final Pattern CAMEL = Pattern.compile("[A-Z][a-z0-9]+([A-Z][A-Za-z0-9]*)?");
    private static final Pattern KEY = Pattern.compile("([a-z]+\\.)?([a-z]+[A-Z]\\w*)");

    /** Words of others: capacity provider of ECS, mark of CloudWatch's metrics, header of HTTP. */
    private static final Set<String> NO_SETTINGS = Set.of("FARGATE", "Backlog", "Fleet", "Tickshred", "Host");
    /** Follow from what they run on: the container's name, and how long it is given to stop. */
    private static final Set<String> DERIVED = Set.of("INSTANCE", "DRAIN_TIMEOUT");

    private final JsonNode template = EcsTemplateTest.read();

    @Test
    void everyVariableThatItNamesIsReadByAServiceAndCanBeSet() throws Exception {
        String read = services() + text("compose/run") + text("compose/docker-compose.yml");
        Set<String> settable = new TreeSet<>(DERIVED);
        for (Matcher variable = Pattern.compile("\\$\\{(\\w+):-").matcher(text("compose/docker-compose.yml"));
                variable.find(); ) {
            settable.add(variable.group(1));
        }
        for (String task : List.of("PlannerTask", "ShredWorkerTask", "FinalizerTask")) {
            for (JsonNode variable :
                    template.at("/Resources/" + task + "/Properties/ContainerDefinitions/0/Environment")) {
                if (variable.path("Value").isObject()) {
                    settable.add(variable.path("Name").asText());
                }
            }
        }
        List<String> named = named(VARIABLE);

        assertThat(named)
                .hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(read).as(name).contains("${" + name + ":-"));
        assertThat(settable).as("by Compose or the template of ECS").containsAll(named);
    }

    @Test
    void everyParameterAlarmAndAlertThatItNamesIsThere() throws Exception {
        Set<String> known = new TreeSet<>();
        for (String part : List.of("Parameters", "Resources", "Outputs")) {
            template.path(part).fieldNames().forEachRemaining(known::add);
        }
        try (Stream<Path> files = Files.list(Compose.ROOT.resolve("compose/prometheus/rules"))) {
            for (Path file : files.toList()) {
                for (Matcher alert = ALERT.matcher(Files.readString(file)); alert.find(); ) {
                    known.add(alert.group(1));
                }
            }
        }

        assertThat(named(CAMEL)).hasSizeGreaterThan(50).isSubsetOf(known);
    }

    @Test
    void everyFieldOfAFileThatItNamesComesFromTheEnvironment() throws Exception {
        for (String name : named(KEY)) {
            for (String service : List.of("planner", "shred-worker", "finalizer")) {
                assertThat(text(service + "/" + service + ".yml"))
                        .as("%s of the %s", name, service)
                        .containsPattern("(?m)^ +" + name.replaceFirst(".*\\.", "") + ": \\$\\{");
            }
        }
        assertThat(named(KEY)).contains("kafka.taskLock", "kafka.sessionTimeout");
    }

    /** What stands in backticks and looks like that, without a value. */
    private static List<String> named(Pattern pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (Matcher code = CODE.matcher(text("docs/runbook.md")); code.find(); ) {
            String name = code.group(1).replaceFirst("=.*", "");
            if (pattern.matcher(name).matches() && !NO_SETTINGS.contains(name)) {
                found.add(name);
            }
        }
        return found.stream().distinct().toList();
    }

    private static String services() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String service : List.of("planner", "shred-worker", "finalizer")) {
            all.append(text(service + "/" + service + ".yml"));
        }
        return all.toString();
    }

    private static String text(String file) throws IOException {
        return Files.readString(Compose.ROOT.resolve(file));
    }
}
