package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.tickshred.log.JsonLayout;
import io.tickshred.log.PlainLayout;
import io.tickshred.model.Day;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tasks of compose/ecs/tickshred.yaml may touch, are told, and leave behind. */
class EcsTasksTest {
    private static final String BUCKET = "arn:${AWS::Partition}:s3:::";
    private static final Pattern TERM = Pattern.compile("\\?\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final JsonNode template = EcsTemplateTest.read();
    private final JsonNode resources = template.path("Resources");

    @Test
    void aPlannerReadsWhatItPlansFromAndOfTheOutputWhatTellsOfPublishedDays() {
        assertThat(allowed("Planner", "s3:GetObject"))
                .containsExactlyInAnyOrder(
                        BUCKET + "${SourceBucket}/${SourcePrefix}*",
                        BUCKET + "${ReferenceBucket}/${ReferencePrefix}*",
                        BUCKET + "${OutputBucket}/${OutputPrefix}*/manifest.json",
                        BUCKET + "${OutputBucket}/${OutputPrefix}*/listings-*.parquet");
        assertThat(allowed("Planner", "s3:ListBucket"))
                .containsExactlyInAnyOrder(
                        BUCKET + "${SourceBucket}", BUCKET + "${ReferenceBucket}", BUCKET + "${OutputBucket}");
    }

    @Test
    void historyThatIsPublishedIsHistoryThatAPlannerMayRead() {
        Day day = new Day("equities", LocalDate.of(2026, 1, 5));
        PlanId plan = PlanId.create(Instant.EPOCH);
        List<Pattern> readable = allowed("Planner", "s3:GetObject").stream()
                .filter(arn -> arn.contains("${OutputBucket}/"))
                .map(arn -> arn.replaceAll(".*\\$\\{OutputBucket}/", "").replace("${OutputPrefix}", "out/"))
                .map(glob -> Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q")))
                .toList();

        assertThat(List.of(ObjectKeys.listings(day, plan, 12), ObjectKeys.manifest(day)))
                .allSatisfy(key -> assertThat(readable)
                        .anyMatch(pattern -> pattern.matcher("out/" + key).matches()));
        assertThat(readable).noneMatch(pattern -> pattern.matcher(
                        "out/" + ObjectKeys.outputPrefix(day, plan) + "batch-trades-1.parquet")
                .matches());
    }

    @Test
    void aFinalizerMaySweepWhatDeadAttemptsLeft() {
        assertThat(allowed("Finalizer", "s3:ListBucketMultipartUploads")).containsExactly(BUCKET + "${OutputBucket}");
        assertThat(allowed("Finalizer", "s3:AbortMultipartUpload"))
                .containsExactly(BUCKET + "${OutputBucket}/${OutputPrefix}*");
        assertThat(template.at("/Parameters/Sweep/AllowedValues").toString())
                .isEqualTo("[\"none\",\"list\",\"delete\"]");
        assertThat(template.at("/Parameters/Sweep/Default").asText()).isEqualTo("none");
        assertThat(EcsTemplateTest.environment(container("Finalizer"), "SWEEP")
                        .path("Ref")
                        .asText())
                .isEqualTo("Sweep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Planner", "ShredWorker", "Finalizer"})
    void aContainerHasTheMemoryOfItsTaskAsALimitThatTheJvmSees(String name) {
        JsonNode task = resources.path(name + "Task").path("Properties");

        assertThat(container(name).path("Memory").path("Ref").asText())
                .isNotEmpty()
                .isEqualTo(task.path("Memory").path("Ref").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Planner", "ShredWorker", "Finalizer"})
    void anErrorIsCountedAsItIsLoggedAndInTheOtherFormatToo(String name) {
        List<String> terms = new ArrayList<>();
        Matcher term = TERM.matcher(
                resources.path(name + "Errors").at("/Properties/FilterPattern").asText());
        while (term.find()) {
            terms.add(term.group(1).replace("\\\"", "\""));
        }

        assertThat(EcsTemplateTest.environment(container(name), "LOG_FORMAT").asText())
                .isEqualTo("json");
        assertThat(lines(Level.ERROR)).allSatisfy(line -> assertThat(terms).anyMatch(line::contains));
        assertThat(terms)
                .as("what a service says whose log is not set up yet")
                .anyMatch("planner cannot start: no dataset"::contains)
                .anyMatch(JsonLayout.error("Planner", "planner cannot start: no dataset")::contains);
        assertThat(lines(Level.WARN)).allSatisfy(line -> assertThat(terms).noneMatch(line::contains));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Planner", "ShredWorker", "Finalizer"})
    void logsOutliveTheStackAndNeverStandInTheWayOfTheNext(String name) {
        JsonNode logs = resources.path(name + "Logs");

        assertThat(logs.path("DeletionPolicy").asText())
                .as("kept, but not of a stack that failed to come up")
                .isEqualTo("RetainExceptOnCreate");
        assertThat(logs.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
        assertThat(logs.path("Properties").has("LogGroupName"))
                .as("a name of its own, which a kept one of an earlier stack has too")
                .isFalse();
        assertThat(template.path("Outputs").toString()).contains("{\"Ref\":\"" + name + "Logs\"}");
    }

    @Test
    void policiesOfResourcesAreThoseThatCloudFormationKnows() {
        Set<String> onDelete = new TreeSet<>();
        Set<String> onReplace = new TreeSet<>();
        for (JsonNode resource : resources) {
            onDelete.add(resource.path("DeletionPolicy").asText("Delete"));
            onReplace.add(resource.path("UpdateReplacePolicy").asText("Delete"));
        }

        assertThat(onDelete).isSubsetOf("Delete", "Retain", "RetainExceptOnCreate", "Snapshot");
        assertThat(onReplace).isSubsetOf("Delete", "Retain", "Snapshot");
    }

    @Test
    void theFirstWorkersAreStartedWhereNoneIsWantedYet() {
        JsonNode metrics = resources.at("/WorkNobodyDoes/Properties/Metrics");

        assertThat(metrics.get(1).at("/MetricStat/Metric/MetricName").asText())
                .as("where 30 are wanted and do not run yet, no more are asked for")
                .isEqualTo("DesiredTaskCount");
        assertThat(resources.at("/WorkNobodyDoes/Properties/DatapointsToAlarm").asInt())
                .as("one count that says none starts nothing")
                .isEqualTo(2);
        assertThat(resources
                        .at("/WorkersFromZero/Properties/StepScalingPolicyConfiguration/AdjustmentType")
                        .asText())
                .as("a count that is missing never stops workers")
                .isEqualTo("ChangeInCapacity");
        assertThat(resources
                        .at("/WorkersMissing/Properties/Metrics/1/MetricStat/Metric/MetricName")
                        .asText())
                .isEqualTo("RunningTaskCount");
    }

    /** A line of each format. */
    private static List<String> lines(Level level) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(new LoggerContext());
        event.setLoggerName("io.tickshred.fleet.TaskRunner");
        event.setThreadName("main");
        event.setLevel(level);
        event.setMessage("Task failed");
        event.setInstant(Instant.EPOCH);
        JsonLayout json = new JsonLayout();
        json.start();
        PlainLayout plain = new PlainLayout();
        plain.start();
        return List.of(json.doLayout(event), plain.doLayout(event));
    }

    private JsonNode container(String name) {
        return resources.path(name + "Task").at("/Properties/ContainerDefinitions/0");
    }

    /** The resources on which a role allows an action, those under a condition included. */
    private List<String> allowed(String service, String action) {
        List<String> arns = new ArrayList<>();
        for (JsonNode entry : resources.path(service + "Role").at("/Properties/Policies/0/PolicyDocument/Statement")) {
            JsonNode statement = entry.has("Fn::If") ? entry.at("/Fn::If/1") : entry;
            if (statement.path("Action").toString().contains("\"" + action + "\"")) {
                JsonNode resource = statement.path("Resource");
                (resource.isArray() ? resource : List.of(resource))
                        .forEach(arn -> arns.add(arn.path("Fn::Sub").asText(arn.toString())));
            }
        }
        return arns;
    }
}
