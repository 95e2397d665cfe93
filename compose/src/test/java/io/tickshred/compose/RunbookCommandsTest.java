package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Commands of docs/runbook.md for AWS and Kafka are whole, and name what the template of ECS makes. */
class RunbookCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern INLINE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern JSON = Pattern.compile("'(\\{.*?})'");
    private static final Pattern DEFINITION = Pattern.compile("--task-definition \\$STACK-([a-z-]+)");
    private static final Pattern SERVICE = Pattern.compile("--services? ([a-z-]+)");
    private static final Pattern OUTPUT = Pattern.compile("\\$\\(output (\\w+)\\)");
    private static final Pattern STREAM = Pattern.compile("--log-stream-name ([a-z-]+)/([a-z-]+)/\\$\\{TASK##\\*/}");

    private final JsonNode resources = EcsTemplateTest.read().path("Resources");
    private final List<String> commands;

    RunbookCommandsTest() throws IOException {
        String page = Files.readString(Compose.ROOT.resolve("docs/runbook.md"));
        commands = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            commands.addAll(List.of(block.group(1).replace("\\\n", " ").split("\n")));
        }
        for (Matcher code = INLINE.matcher(page.replaceAll("(?s)```.*?```", "")); code.find(); ) {
            commands.add(code.group(1));
        }
    }

    @Test
    void everyToolOfKafkaIsToldTheBrokers() {
        assertThat(commands.stream().filter(command -> command.matches("\\s*kafka-[a-z-]+\\.sh .*")))
                .hasSizeGreaterThan(1)
                .allMatch(command -> command.contains(" --bootstrap-server BROKER:9092"));
        assertThat(commands.stream().filter(command -> command.matches("\\s*kcat .*")))
                .allMatch(command -> command.contains(" -b BROKER:9092"));
    }

    @Test
    void autoscalingOfWorkersIsSuspendedAndResumedByWhatTheTemplateCallsIt() throws Exception {
        JsonNode target = resources.at("/WorkerScaling/Properties");
        List<String> suspensions = commands.stream()
                .filter(command -> command.contains("register-scalable-target"))
                .toList();
        List<String> states = new ArrayList<>();
        for (String command : suspensions) {
            JsonNode state = json(command);
            assertThat(names(state))
                    .containsExactly(
                            "DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended");
            states.add(state.path("DynamicScalingInSuspended").asText()
                    + state.path("DynamicScalingOutSuspended").asText());
        }

        assertThat(target.at("/ResourceId/Fn::Sub").asText())
                .isEqualTo("service/${Cluster}/${ShredWorkerService.Name}");
        assertThat(suspensions)
                .allMatch(command -> command.contains(" --service-namespace "
                        + target.path("ServiceNamespace").asText() + " "))
                .allMatch(command -> command.contains(" --scalable-dimension "
                        + target.path("ScalableDimension").asText() + " "))
                .allMatch(command -> command.contains(" --resource-id service/$CLUSTER/shred-worker "));
        assertThat(states).as("suspended, resumed").containsExactly("truetrue", "falsefalse");
    }

    @Test
    void theImagesOwnCommandLineIsRunAsATaskOfTheTemplate() throws Exception {
        String run = commands.stream()
                .filter(command -> command.contains("aws ecs run-task "))
                .findFirst()
                .orElseThrow();
        JsonNode container = container(find(DEFINITION, run).get(0));
        String name = container.path("Name").asText();
        JsonNode override = json(run).at("/containerOverrides/0");
        Set<String> told = new TreeSet<>();
        container
                .path("Environment")
                .forEach(variable -> told.add(variable.path("Name").asText()));

        assertThat(override.path("name").asText()).isEqualTo(name);
        assertThat(List.of("planner", "shred-worker", "finalizer", "s3"))
                .as("a command, not a service")
                .doesNotContain(override.at("/command/0").asText());
        assertThat(told)
                .as("what the command line takes from the environment in place of options")
                .contains("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_AUTH", "QUEUE", "AWS_REGION");
        assertThat(Files.readString(Compose.ROOT.resolve("compose/run")))
                .as("whatever is no service is a command")
                .contains("*) exec java -Xmx320m \"${options[@]}\" io.tickshred.standalone.cli.Tickshred \"$@\"");
        assertThat(find(STREAM, String.join("\n", commands)))
                .as("where it writes to")
                .containsOnly(container
                                .at("/LogConfiguration/Options/awslogs-stream-prefix")
                                .asText()
                        + "/" + name);
    }

    @Test
    void whatIsNamedOfTheStackIsThere() {
        Set<String> services = new TreeSet<>();
        resources.forEach(
                resource -> services.add(resource.at("/Properties/ServiceName").asText()));
        String all = String.join("\n", commands);

        assertThat(find(SERVICE, all)).hasSizeGreaterThan(1);
        assertThat(services).containsAll(find(SERVICE, all));
        assertThat(find(OUTPUT, all)).contains("ClusterName", "PlannerLogGroup");
        assertThat(names(EcsTemplateTest.read().path("Outputs"))).containsAll(find(OUTPUT, all));
        assertThat(find(DEFINITION, all))
                .allSatisfy(family -> assertThat(container(family)).isNotEmpty());
    }

    /** The container of the task definition whose family ends so. */
    private JsonNode container(String family) {
        for (JsonNode resource : resources) {
            if (resource.at("/Properties/Family/Fn::Sub").asText().equals("${AWS::StackName}-" + family)) {
                return resource.at("/Properties/ContainerDefinitions/0");
            }
        }
        throw new AssertionError("no task definition of family STACK-" + family);
    }

    private static JsonNode json(String command) throws IOException {
        Matcher json = JSON.matcher(command);
        assertThat(json.find()).as(command).isTrue();
        return new ObjectMapper().readTree(json.group(1));
    }

    /** What the groups of a pattern hold, joined by slashes, of each place where it is found. */
    private static List<String> find(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            List<String> groups = new ArrayList<>();
            for (int group = 1; group <= matcher.groupCount(); group++) {
                groups.add(matcher.group(group));
            }
            found.add(String.join("/", groups));
        }
        return found;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
