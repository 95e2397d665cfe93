package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the alarms and policies of compose/ecs/tickshred.yaml do with a backlog, minute by minute. Of the parameters'
 * defaults: 4 first workers, 8 tasks for each, at most 50.
 */
class EcsScalingTest {
    private static final IntPredicate NEVER = minute -> false;
    private static final IntPredicate ALWAYS = minute -> true;

    private static final Map<String, Consumer<JsonNode>> STORIES = Map.of(
            "from zero", EcsScalingTest::fromZero,
            "growth", EcsScalingTest::growth,
            "drain", EcsScalingTest::drain,
            "late counts", EcsScalingTest::lateCounts,
            "no counts", EcsScalingTest::noCounts,
            "no backlog", EcsScalingTest::noBacklog,
            "nobody comes", EcsScalingTest::nobodyComes,
            "gap", EcsScalingTest::gap);

    static Stream<String> stories() {
        return STORIES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void workersAreScaledAsTheyShould(String story) {
        STORIES.get(story).accept(EcsTemplateTest.read());
    }

    private static void fromZero(JsonNode template) {
        for (int tasks : List.of(1, 5, 10)) {
            List<Integer> few = new ScalingSimulation(template, 0, minute -> tasks).run(30);
            assertThat(few)
                    .as("%s tasks", tasks)
                    .startsWith(0)
                    .isSorted()
                    .last()
                    .isEqualTo(tasks > 8 ? 2 : 1);
            assertThat(few.get(3)).as("%s tasks", tasks).isEqualTo(1);
        }
        List<Integer> many = new ScalingSimulation(template, 0, minute -> 30).run(60);
        assertThat(many.subList(3, 60)).as("the first ones, which are enough").containsOnly(4);
        assertThat(new ScalingSimulation(template, 0, minute -> 0).run(120))
                .as("without a task")
                .containsOnly(0);
    }

    /** 400 tasks are 50 workers' share, 4000 more than there may be. */
    private static void growth(JsonNode template) {
        assertThat(new ScalingSimulation(template, 4, minute -> minute < 5 ? 32 : 100).run(60))
                .as("no more than the backlog is worth, though counts are late")
                .isSorted()
                .allMatch(workers -> workers <= 13)
                .last()
                .isEqualTo(13);
        List<Integer> growing = new ScalingSimulation(template, 4, minute -> Math.min(400, 40 * minute)).run(40);
        assertThat(growing).isSorted().last().isEqualTo(50);
        assertThat(new ScalingSimulation(template, 4, minute -> 4000).run(60))
                .allMatch(workers -> workers <= 50)
                .last()
                .isEqualTo(50);
        assertThat(new ScalingSimulation(template, 8, minute -> 60).run(120))
                .as("as many as the backlog is worth")
                .containsOnly(8);
    }

    /** The last task takes an hour, in flight all the while. */
    private static void drain(JsonNode template) {
        List<Integer> draining =
                new ScalingSimulation(template, 20, minute -> minute < 90 ? Math.max(1, 160 - 8 * minute) : 0).run(120);
        assertThat(draining.subList(0, 90)).as("a task is in flight").allMatch(workers -> workers >= 1);
        assertThat(draining.subList(75, 90)).as("the others are gone").containsOnly(1);
        assertThat(draining.subList(103, 120)).as("nothing is left").containsOnly(0);
    }

    /** The usual: the count of the newest minutes is not there yet. */
    private static void lateCounts(JsonNode template) {
        for (int late : List.of(0, 1, 2, 3)) {
            assertThat(new ScalingSimulation(template, 8, minute -> 60)
                            .counts(late, NEVER)
                            .run(120))
                    .as("counts %s minutes late", late)
                    .containsOnly(8);
        }
    }

    /** Container Insights is out for an hour: more workers may come, none may go. */
    private static void noCounts(JsonNode template) {
        List<Integer> blind = new ScalingSimulation(template, 8, minute -> 64)
                .counts(1, minute -> minute >= 10 && minute < 70)
                .run(70);
        assertThat(blind).isSorted().startsWith(8).allMatch(workers -> workers <= 50);
        assertThat(new ScalingSimulation(template, 0, minute -> 64)
                        .counts(1, ALWAYS)
                        .run(70))
                .as("from zero without any count")
                .last()
                .satisfies(workers -> assertThat(workers).isBetween(4, 50));
    }

    /** Planners are out: nothing is known, so nothing changes, and people are told. */
    private static void noBacklog(JsonNode template) {
        ScalingSimulation silent =
                new ScalingSimulation(template, 8, minute -> minute < 10 ? 64 : ScalingSimulation.UNTOLD);
        assertThat(silent.run(10)).containsOnly(8);
        assertThat(silent.alarmed("PlannerSilent")).isFalse();
        assertThat(silent.run(120)).containsOnly(8);
        assertThat(silent.alarmed("PlannerSilent")).isTrue();
        List<Integer> idle = new ScalingSimulation(
                        template, 8, minute -> minute < 3 || minute > 6 ? 8 : ScalingSimulation.UNTOLD)
                .run(20);
        assertThat(idle).as("a gap is not an empty queue").allMatch(workers -> workers >= 1);
    }

    /** Spot has no room. */
    private static void nobodyComes(JsonNode template) {
        ObjectNode without = template.deepCopy();
        ((ObjectNode) without.at("/Resources/WorkerScaling/Properties")).put("MaxCapacity", 0);
        ScalingSimulation stuck = new ScalingSimulation(without, 0, minute -> 30);
        stuck.run(14);
        assertThat(stuck.alarmed("WorkersMissing")).isFalse();
        stuck.run(6);
        assertThat(stuck.alarmed("WorkersMissing")).isTrue();
        assertThat(stuck.alarmed("ShreddingLate")).isFalse();
        stuck.run(45);
        assertThat(stuck.alarmed("ShreddingLate")).isTrue();
    }

    /** A minute or two without tasks between two days. */
    private static void gap(JsonNode template) {
        List<Integer> days = new ScalingSimulation(template, 8, minute -> minute % 30 < 24 ? 64 : 0).run(120);
        assertThat(days).allMatch(workers -> workers >= 8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from zero | /WorkersFromZero/Properties/StepScalingPolicyConfiguration/StepAdjustments/0 | ScalingAdjustment | 0",
                "from zero | /WorkersFromZero/Properties/StepScalingPolicyConfiguration/StepAdjustments/0 | MetricIntervalLowerBound | 1",
                "from zero | /WorkersFromZero/Properties/StepScalingPolicyConfiguration | Cooldown | 0",
                "from zero | /WorkNobodyDoes/Properties | ComparisonOperator | \"GreaterThanThreshold\"",
                "growth | /WorkerTracking/Properties/TargetTrackingScalingPolicyConfiguration | TargetValue | 80",
                "growth | /WorkerScaling/Properties | MaxCapacity | 5000",
                "drain | /NoWork/Properties | Threshold | 1",
                "gap | /NoWork/Properties | EvaluationPeriods | 3",
                "drain | /WorkerScaling/Properties | MinCapacity | 1",
                "no counts | /WorkNobodyDoes/Properties/Metrics/3 | Expression | \"IF(known < 1, backlog, 0)\"",
                "late counts | /WorkNobodyDoes/Properties/Metrics/2 | Expression | \"FILL(wanted, 0)\"",
                "growth | /WorkerTracking/Properties/TargetTrackingScalingPolicyConfiguration | ScaleOutCooldown | 60",
                "growth | /WorkerTracking/Properties/TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Metrics/2"
                        + " | Expression | \"FILL(wanted, 0)\"",
                "no counts | /WorkersFromZero/Properties/StepScalingPolicyConfiguration | AdjustmentType | \"ExactCapacity\"",
                "no backlog | /NoWork/Properties | TreatMissingData | \"breaching\"",
                "no backlog | /PlannerSilent/Properties | TreatMissingData | \"notBreaching\"",
                "nobody comes | /WorkersMissing/Properties | EvaluationPeriods | 60",
                "gap | /NoWork/Properties | DatapointsToAlarm | 1"
            })
    void aTemplateThatScalesOtherwiseIsFound(String story, String pointer, String property, String value)
            throws Exception {
        JsonNode template = EcsTemplateTest.read();
        ((ObjectNode) template.at("/Resources" + pointer)).set(property, new ObjectMapper().readTree(value));

        assertThatThrownBy(() -> STORIES.get(story).accept(template))
                .as("%s of %s", property, pointer)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void metricMathIsComputedAsCloudWatchDoes() {
        double none = Double.NaN;
        Map<String, double[]> series = Map.of("a", new double[] {none, 8, none, 6}, "b", new double[] {2, 0, 4, none});

        assertThat(MetricMath.evaluate("a / b", series, 4)).containsExactly(none, none, none, none);
        assertThat(MetricMath.evaluate("FILL(a, REPEAT)", series, 4)).containsExactly(none, 8, 8, 6);
        assertThat(MetricMath.evaluate("FILL(a, 0) / FILL(b, REPEAT)", series, 4))
                .containsExactly(0, none, 0, 1.5);
        assertThat(MetricMath.evaluate("IF(a < 7, 1, FILL(b, 5))", series, 4)).containsExactly(none, 0, none, 1);
        assertThat(MetricMath.evaluate("12 / (a / 2)", series, 4)).containsExactly(none, 3, none, 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a * b",
                "MAX(a)",
                "a / c",
                "FILL(a, LINEAR)",
                "IF(a < 1, 2)",
                "a < b < a b",
                "a /",
                "(a",
                "FILL a",
                ""
            })
    void metricMathThatIsNotKnownIsRefused(String expression) {
        Map<String, double[]> series = Map.of("a", new double[3], "b", new double[3]);

        assertThatThrownBy(() -> MetricMath.evaluate(expression, series, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not known here");
    }
}
