package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tickshred.fleet.MemoryPlan;
import io.tickshred.planner.backlog.BacklogReport;
import io.tickshred.transport.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** compose/ecs/tickshred.yaml: what AWS would take, and what the fleet needs of it. */
class EcsTemplateTest {
    private static final Path FILE = Compose.ROOT.resolve("compose/ecs/tickshred.yaml");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}!]+)}");
    /** Of a template that is handed over as text. */
    private static final int MOST_BYTES = 51_200;

    private final JsonNode template = read();
    private final JsonNode resources = template.path("Resources");

    static JsonNode read() {
        try {
            return new YAMLMapper().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyResourceGoesWithThePublishedSchemaOfItsType() throws Exception {
        ResourceSchemas schemas = new ResourceSchemas();
        List<String> problems = new ArrayList<>();
        resources
                .properties()
                .forEach(resource -> problems.addAll(schemas.problems(resource.getKey(), resource.getValue())));

        assertThat(problems).isEmpty();
        assertThat(resources.size()).isGreaterThan(25);
    }

    @Test
    void plannersAreToldTheMemoryThatADuckDbOfAWorkerHas() {
        JsonNode parameters = template.path("Parameters");
        long container = parameters.path("WorkerMemory").path("Default").asLong() << 20;
        int processors = parameters.path("WorkerCpu").path("Default").asInt() / 1024;
        long heap =
                container * parameters.path("WorkerHeapPercent").path("Default").asLong() / 100;
        int engines = MemoryPlan.engines(container, heap, Integer.MAX_VALUE, processors);

        assertThat(parameters.path("WorkerEngineMemory").path("Default").asText())
                .isEqualTo((MemoryPlan.of(container, heap, engines, processors)
                                        .each()
                                        .duckdbBytes()
                                >> 20)
                        + "MiB");
    }

    @Test
    void whatTheSchemasForbidIsFound() throws Exception {
        ResourceSchemas schemas = new ResourceSchemas();
        ObjectNode broken = resources.path("ShredWorkerService").deepCopy();
        ((ObjectNode) broken.path("Properties")).put("DesiredCount", "two").put("Clutser", "x");
        ObjectNode task = resources.path("ShredWorkerTask").deepCopy();
        ((ObjectNode) task.at("/Properties/ContainerDefinitions/0"))
                .put("StopTimeout", "soon")
                .remove("Image");
        ObjectNode alarm = resources.path("NoWork").deepCopy();
        ((ObjectNode) alarm.path("Properties")).remove("EvaluationPeriods");

        assertThat(schemas.problems("s", broken))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("no property Clutser"))
                .anyMatch(problem -> problem.contains("DesiredCount: \"two\""));
        assertThat(schemas.problems("t", task))
                .anyMatch(problem -> problem.contains("ContainerDefinitions[0].StopTimeout"))
                .anyMatch(problem -> problem.contains("Image is missing"));
        assertThat(schemas.problems("x", ((ObjectNode) alarm).put("Type", "AWS::No::Such")))
                .containsExactly("x: no schema of \"AWS::No::Such\"");
    }

    @Test
    void everyReferenceHasItsTarget() throws Exception {
        ResourceSchemas schemas = new ResourceSchemas();
        Set<String> known = new HashSet<>();
        template.path("Parameters").fieldNames().forEachRemaining(known::add);
        resources.fieldNames().forEachRemaining(known::add);
        Set<String> used = new TreeSet<>();
        walk(template, (name, value) -> {
            switch (name) {
                case "Ref" -> used.add(value.asText());
                case "Fn::GetAtt" -> {
                    used.add(value.get(0).asText());
                    assertThat(schemas.hasAttribute(
                                    resources
                                            .path(value.get(0).asText())
                                            .path("Type")
                                            .asText(),
                                    value.get(1).asText()))
                            .as("%s", value)
                            .isTrue();
                }
                case "Fn::Sub" -> used.addAll(variables(value));
                case "Fn::If" ->
                    assertThat(template.path("Conditions").has(value.get(0).asText()))
                            .as("%s", value)
                            .isTrue();
                case "DependsOn" -> value.forEach(each -> used.add(each.asText()));
                default -> {}
            }
        });
        used.removeIf(name -> name.startsWith("AWS::"));

        assertThat(known).containsAll(used);
        assertThat(used).as("no parameter is for nothing").containsAll(names(template.path("Parameters")));
    }

    @Test
    void isWhatCloudFormationReads() throws Exception {
        String text = Files.readString(FILE);

        assertThat(text.length()).isLessThan(MOST_BYTES);
        assertThat(text).as("CloudFormation knows no YAML aliases").doesNotContainPattern("(?m)[:-] [&*]\\w+");
        assertThat(template.path("AWSTemplateFormatVersion").asText()).isEqualTo("2010-09-09");
    }

    @ParameterizedTest
    @CsvSource({"Planner,planner", "ShredWorker,shred-worker", "Finalizer,finalizer"})
    void aContainerIsTheImagesServiceReadOnlyAndNoRoot(String name, String command) {
        JsonNode task = resources.path(name + "Task").path("Properties");
        JsonNode container = task.at("/ContainerDefinitions/0");

        assertThat(container.at("/Command/0").asText()).isEqualTo(command);
        assertThat(container.path("ReadonlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.path("User").asText()).isEqualTo("10001");
        assertThat(container.at("/HealthCheck/Command/1").asText()).isEqualTo("/tickshred/healthy");
        assertThat(container.at("/MountPoints/0/ContainerPath").asText()).isEqualTo("/scratch");
        assertThat(container.at("/LogConfiguration/Options/awslogs-group/Ref").asText())
                .isEqualTo(name + "Logs");
        assertThat(task.at("/TaskRoleArn/Fn::GetAtt/0").asText()).isEqualTo(name + "Role");
        assertThat(resources
                        .path(name + "Service")
                        .at("/Properties/DesiredCount")
                        .asText("none"))
                .isEqualTo(name.equals("Planner") ? "2" : name.equals("ShredWorker") ? "none" : "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Planner", "ShredWorker", "Finalizer"})
    void aStopLeavesTimeToGiveBackWhatIsInHand(String name) {
        JsonNode container = resources.path(name + "Task").at("/Properties/ContainerDefinitions/0");
        int drainSeconds = Integer.parseInt(
                environment(container, "DRAIN_TIMEOUT").asText().replace("s", ""));

        assertThat(container.path("StopTimeout").asInt()).isBetween(drainSeconds + 10, 120);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Planner", "ShredWorker", "Finalizer"})
    void everyVariableIsReadByTheService(String name) throws Exception {
        String command = resources
                .path(name + "Task")
                .at("/Properties/ContainerDefinitions/0/Command/0")
                .asText();
        String read = Files.readString(Compose.ROOT.resolve(command).resolve(command + ".yml"))
                + Files.readString(Compose.ROOT.resolve("compose/run"));

        for (JsonNode variable : resources.path(name + "Task").at("/Properties/ContainerDefinitions/0/Environment")) {
            assertThat(read).contains("${" + variable.path("Name").asText() + ":-");
        }
    }

    @Test
    void durationsOfKafkaAreWrittenAsTheServicesReadThem() {
        for (String name : List.of("TaskLock", "SessionTimeout")) {
            JsonNode parameter = template.path("Parameters").path(name);
            Pattern allowed = Pattern.compile(parameter.path("AllowedPattern").asText());

            assertThat(Duration.parse(parameter.path("Default").asText()))
                    .as(name)
                    .isPositive();
            assertThat(parameter.path("Default").asText()).matches(allowed);
            assertThat("45s").as("what a service would not start with").doesNotMatch(allowed);
        }
    }

    @Test
    void workersRunOnSpotAndTheRestDoesNot() {
        assertThat(resources
                        .at("/ShredWorkerService/Properties/CapacityProviderStrategy")
                        .toString())
                .isEqualTo("[{\"CapacityProvider\":\"FARGATE_SPOT\",\"Weight\":1}]");
        for (String name : List.of("Planner", "Finalizer")) {
            assertThat(resources
                            .path(name + "Service")
                            .at("/Properties/CapacityProviderStrategy")
                            .toString())
                    .isEqualTo("[{\"CapacityProvider\":\"FARGATE\",\"Weight\":1}]");
        }
    }

    @Test
    void workersFollowTheBacklogPerWorkerToZeroAndFromZero() {
        JsonNode tracking = resources.at("/WorkerTracking/Properties/TargetTrackingScalingPolicyConfiguration");
        JsonNode metrics = tracking.at("/CustomizedMetricSpecification/Metrics");

        assertThat(resources.at("/WorkerScaling/Properties/MinCapacity").asInt(-1))
                .isZero();
        assertThat(metrics.get(1).at("/MetricStat/Metric/MetricName").asText()).isEqualTo("DesiredTaskCount");
        assertThat(metrics.get(3).path("ReturnData").asBoolean()).isTrue();
        assertThat(resources.at("/WorkNobodyDoes/Properties/AlarmActions/0/Ref").asText())
                .isEqualTo("WorkersFromZero");
        assertThat(steps("WorkersFromZero"))
                .as("more, always")
                .doesNotContain("\"ScalingAdjustment\":0")
                .doesNotContain("-");
        assertThat(resources.at("/NoWork/Properties/AlarmActions/0/Ref").asText())
                .isEqualTo("WorkersToZero");
        assertThat(steps("WorkersToZero")).isEqualTo("[{\"MetricIntervalUpperBound\":0,\"ScalingAdjustment\":0}]");
    }

    @Test
    void everyBacklogThatIsReadIsOneThatThePlannerTells() {
        List<JsonNode> read = new ArrayList<>();
        for (JsonNode resource : resources) {
            walkNodes(resource, node -> {
                if (node.path("MetricName").asText().equals(BacklogReport.METRIC)) {
                    read.add(node);
                }
            });
        }

        assertThat(read).hasSizeGreaterThan(5).allSatisfy(metric -> {
            assertThat(metric.path("Namespace"))
                    .isEqualTo(environment(
                            resources.at("/PlannerTask/Properties/ContainerDefinitions/0"), "CLOUDWATCH_NAMESPACE"));
            assertThat(metric.at("/Dimensions/0/Name").asText()).isEqualTo("Fleet");
            assertThat(metric.at("/Dimensions/0/Value/Ref").asText()).isEqualTo("TopicPrefix");
            assertThat(metric.at("/Dimensions/1/Name").asText()).isEqualTo("Queue");
            assertThat(List.of(Topic.CHUNK_TASKS.baseName(), Topic.BATCH_TASKS.baseName()))
                    .contains(metric.at("/Dimensions/1/Value").asText());
        });
    }

    @Test
    void aServiceMayDoWhatItDoesAndNoMore() {
        assertThat(actions("Planner")).containsExactly("kms:Decrypt", "s3:GetObject", "s3:ListBucket");
        assertThat(actions("Finalizer"))
                .containsExactly(
                        "ecs:GetTaskProtection",
                        "ecs:UpdateTaskProtection",
                        "kms:Decrypt",
                        "kms:GenerateDataKey",
                        "s3:AbortMultipartUpload",
                        "s3:DeleteObject",
                        "s3:GetObject",
                        "s3:ListBucket",
                        "s3:ListBucketMultipartUploads",
                        "s3:PutObject");
        assertThat(actions("ShredWorker"))
                .containsExactly(
                        "ecs:GetTaskProtection",
                        "ecs:UpdateTaskProtection",
                        "kms:Decrypt",
                        "kms:GenerateDataKey",
                        "s3:AbortMultipartUpload",
                        "s3:DeleteObject",
                        "s3:GetObject",
                        "s3:ListBucket",
                        "s3:PutObject");
        assertThat(resources.path("ShredWorkerRole").toString())
                .as("writes below staging alone")
                .contains("\"s3:PutObject\"],\"Resource\":{\"Fn::Sub\":\"arn:${AWS::Partition}:s3:::${OutputBucket}/"
                        + "${OutputPrefix}staging/*\"}");
        assertThat(resources.path("FinalizerRole").toString())
                .as("reads sources, for days that are not shredded, and no more")
                .contains("\"s3:GetObject\"],\"Resource\":{\"Fn::Sub\":\"arn:${AWS::Partition}:s3:::${SourceBucket}/"
                        + "${SourcePrefix}*\"}")
                .doesNotContainPattern("PutObject\"][^}]*SourceBucket");
        for (JsonNode resource : resources) {
            String policies = resource.path("Properties").path("Policies").toString()
                    + resource.path("Properties").path("PolicyDocument");
            assertThat(policies).doesNotContainPattern("\"Action\":(\\[[^]]*)?\"[a-z0-9-]*:?\\*");
            assertThat(policies.replace("\"ecr:GetAuthorizationToken\",\"Resource\":\"*\"", ""))
                    .as("the token for ECR alone has no resource")
                    .doesNotContain("\"Resource\":\"*\"");
        }
    }

    @Test
    void everyAlarmForPeopleIsExplainedInTheRunbook() throws Exception {
        String runbook = Files.readString(Compose.ROOT.resolve("docs/runbook.md"));
        List<String> alarms = StreamSupport.stream(resources.properties().spliterator(), false)
                .filter(resource -> resource.getValue().path("Type").asText().equals("AWS::CloudWatch::Alarm"))
                .map(Map.Entry::getKey)
                .toList();

        assertThat(alarms).hasSizeGreaterThan(6).allSatisfy(alarm -> assertThat(runbook)
                .contains("`" + alarm + "`"));
    }

    private String steps(String policy) {
        return resources
                .path(policy)
                .at("/Properties/StepScalingPolicyConfiguration/StepAdjustments")
                .toString();
    }

    private Set<String> actions(String service) {
        Set<String> actions = new TreeSet<>();
        walk(resources.path(service + "Role").at("/Properties/Policies"), (name, value) -> {
            if (name.equals("Action")) {
                if (value.isArray()) {
                    value.forEach(action -> actions.add(action.asText()));
                } else {
                    actions.add(value.asText());
                }
            }
        });
        return actions;
    }

    static JsonNode environment(JsonNode container, String name) {
        for (JsonNode variable : container.path("Environment")) {
            if (variable.path("Name").asText().equals(name)) {
                return variable.path("Value");
            }
        }
        throw new AssertionError("no variable " + name + " in " + container);
    }

    private static Set<String> variables(JsonNode sub) {
        String text = sub.isArray() ? sub.get(0).asText() : sub.asText();
        Set<String> used = new TreeSet<>();
        for (Matcher matcher = VARIABLE.matcher(text); matcher.find(); ) {
            String name = matcher.group(1).replaceAll("\\.[A-Za-z]+$", "");
            if (!sub.isArray() || !sub.get(1).has(name)) {
                used.add(name);
            }
        }
        return used;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void walk(JsonNode node, BiConsumer<String, JsonNode> visitor) {
        node.properties().forEach(field -> visitor.accept(field.getKey(), field.getValue()));
        node.forEach(child -> walk(child, visitor));
    }

    private static void walkNodes(JsonNode node, java.util.function.Consumer<JsonNode> visitor) {
        visitor.accept(node);
        node.forEach(child -> walkNodes(child, visitor));
    }
}
