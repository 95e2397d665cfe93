package io.tickshred.compose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * The workers that alarms and policies of compose/ecs/tickshred.yaml want, minute by minute, for a backlog and for
 * counts of workers that come late or not at all. A worker runs {@link #START} minutes after it is wanted. Target
 * tracking is what Application Auto Scaling makes of it: three minutes above the target scale out, fifteen below nine
 * tenths of it scale in, in proportion, and too little data does nothing.
 */
final class ScalingSimulation {
    /** A backlog that nobody tells. */
    static final int UNTOLD = -1;

    private static final int START = 2;
    private static final int NEVER = Integer.MIN_VALUE / 2;

    private final JsonNode template;
    private final JsonNode resources;
    private final IntUnaryOperator backlog;
    private final List<Integer> wanted = new ArrayList<>();
    private final Map<String, Integer> scaledAt = new HashMap<>();
    private final Map<String, Integer> added = new HashMap<>();
    private int countsLate = 1;
    private IntPredicate countsMissing = minute -> false;
    private int desired;
    private int minute;

    ScalingSimulation(JsonNode template, int desired, IntUnaryOperator backlog) {
        this.template = template;
        this.resources = template.path("Resources");
        this.desired = desired;
        this.backlog = backlog;
        // The hour before: as many workers as at the start, and as many tasks, but none without a worker.
        for (; minute < 60; minute++) {
            wanted.add(desired);
        }
    }

    /** Container Insights' counts come so many minutes after the backlog, and none of certain minutes. */
    ScalingSimulation counts(int late, IntPredicate missing) {
        countsLate = late;
        countsMissing = missing;
        return this;
    }

    /** Workers wanted at the end of each of so many further minutes. */
    List<Integer> run(int minutes) {
        int from = wanted.size();
        for (int end = minute + minutes; minute < end; minute++) {
            for (JsonNode alarm : resources) {
                String policy = alarm.at("/Properties/AlarmActions/0/Ref").asText();
                if (resources.path(policy).path("Type").asText().equals("AWS::ApplicationAutoScaling::ScalingPolicy")) {
                    step(new CloudWatchAlarm(alarm.path("Properties"), this::number), policy);
                }
            }
            track("WorkerTracking");
            wanted.add(desired);
        }
        return List.copyOf(wanted.subList(from, wanted.size()));
    }

    /** Whether an alarm is on now. */
    boolean alarmed(String alarm) {
        return new CloudWatchAlarm(resources.path(alarm).path("Properties"), this::number).alarmed(this::metric);
    }

    private void step(CloudWatchAlarm alarm, String policy) {
        if (!alarm.alarmed(this::metric)) {
            return;
        }
        JsonNode steps = resources.path(policy).at("/Properties/StepScalingPolicyConfiguration");
        double newest = alarm.newest(this::metric)
                .orElseThrow(() -> new AssertionError("an alarm for " + policy + " is on without any value"));
        double above = newest - alarm.threshold();
        int adjustment = adjustment(steps.path("StepAdjustments"), above, alarm.upward());
        boolean cooling = minute * 60
                < scaledAt.getOrDefault(policy, NEVER) + steps.path("Cooldown").asInt();
        switch (steps.path("AdjustmentType").asText()) {
            case "ChangeInCapacity" -> {
                // While it cools down, what it added counts towards what it would add.
                int more = adjustment - (cooling ? added.getOrDefault(policy, 0) : 0);
                if (more > 0 || (adjustment < 0 && !cooling)) {
                    added.put(policy, adjustment);
                    scale(policy, desired + (adjustment < 0 ? adjustment : more));
                }
            }
            case "ExactCapacity" -> {
                if (!cooling) {
                    scale(policy, adjustment);
                }
            }
            default -> throw new IllegalArgumentException("an adjustment not known here: " + steps);
        }
    }

    /** Bounds count from the threshold; the one towards it belongs to the step, the one away from it to the next. */
    private int adjustment(JsonNode steps, double above, boolean upward) {
        for (JsonNode step : steps) {
            double lower = step.has("MetricIntervalLowerBound")
                    ? number(step.path("MetricIntervalLowerBound"))
                    : Double.NEGATIVE_INFINITY;
            double upper = step.has("MetricIntervalUpperBound")
                    ? number(step.path("MetricIntervalUpperBound"))
                    : Double.POSITIVE_INFINITY;
            if (upward ? above >= lower && above < upper : above > lower && above <= upper) {
                return (int) number(step.path("ScalingAdjustment"));
            }
        }
        throw new AssertionError("no step for " + above + " from the threshold: " + steps);
    }

    private void track(String policy) {
        JsonNode tracking = resources.path(policy).at("/Properties/TargetTrackingScalingPolicyConfiguration");
        double target = number(tracking.path("TargetValue"));
        double[] values =
                CloudWatchAlarm.values(tracking.path("CustomizedMetricSpecification"), this::number, this::metric, 15);
        OptionalDouble newest =
                Arrays.stream(values).filter(value -> !Double.isNaN(value)).reduce((earlier, later) -> later);
        boolean high = Arrays.stream(values).skip(12).allMatch(value -> value > target);
        boolean low = Arrays.stream(values).allMatch(value -> value < 0.9 * target);
        int since = minute * 60 - scaledAt.getOrDefault(policy, NEVER);
        int proportional = (int) Math.ceil(desired * newest.orElse(target) / target);
        if (high
                && proportional > desired
                && since >= tracking.path("ScaleOutCooldown").asInt()) {
            scale(policy, proportional);
        } else if (low
                && proportional < desired
                && since >= tracking.path("ScaleInCooldown").asInt()) {
            scale(policy, proportional);
        }
    }

    private void scale(String policy, int capacity) {
        JsonNode bounds = resources.at("/WorkerScaling/Properties");
        int bounded = (int)
                Math.max(number(bounds.path("MinCapacity")), Math.min(number(bounds.path("MaxCapacity")), capacity));
        if (bounded != desired) {
            desired = bounded;
            scaledAt.put(policy, minute * 60);
        }
    }

    private double[] metric(String name, String statistic, JsonNode dimensions, int minutes) {
        double[] values = new double[minutes];
        for (int i = 0; i < minutes; i++) {
            values[i] = told(name, statistic, dimensions.toString(), minute - minutes + i);
        }
        return values;
    }

    /** What CloudWatch has now of a minute. */
    private double told(String name, String statistic, String dimensions, int at) {
        int tasks = at >= 60 ? backlog.applyAsInt(at - 60) : wanted.get(0) == 0 ? 0 : backlog.applyAsInt(0);
        boolean chunks = dimensions.contains("\"chunk-tasks\"");
        boolean workers = dimensions.contains("\"ShredWorkerService\"");
        boolean counted = minute - at > countsLate && !countsMissing.test(at - 60);
        return switch (name + " " + statistic) {
            case "Backlog Maximum" -> tasks == UNTOLD || !chunks ? Double.NaN : tasks;
            case "Backlog SampleCount" -> tasks == UNTOLD || !chunks ? Double.NaN : 2;
            case "DesiredTaskCount Maximum" -> counted && workers ? wanted.get(at) : Double.NaN;
            case "RunningTaskCount Maximum" -> counted && workers ? running(at) : Double.NaN;
            default -> throw new IllegalArgumentException("a metric not known here: " + name + " " + statistic);
        };
    }

    /** Workers that ran at a minute: wanted then and as long before as they take to come. */
    private int running(int at) {
        return wanted.subList(Math.max(0, at - START), at + 1).stream()
                .mapToInt(Integer::intValue)
                .min()
                .orElseThrow();
    }

    private double number(JsonNode node) {
        JsonNode value = node.has("Ref")
                ? template.path("Parameters").path(node.path("Ref").asText()).path("Default")
                : node;
        if (!value.isNumber()) {
            throw new IllegalArgumentException("no number: " + node);
        }
        return value.asDouble();
    }
}
