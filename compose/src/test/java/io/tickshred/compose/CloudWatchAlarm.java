package io.tickshred.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An alarm of compose/ecs/tickshred.yaml as CloudWatch evaluates it, with periods of a minute. It looks at the most
 * recent values that are there in a range a little longer than its periods; only where these are too few, the rest is
 * what {@code TreatMissingData} says.
 */
final class CloudWatchAlarm {
    /** By how many periods CloudWatch looks further back; it does not promise a number. */
    private static final int FURTHER_BACK = 2;

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

    private final JsonNode properties;
    private final Numbers numbers;
    private final int periods;

    /** Resolves a number of the template, which may be a reference to a parameter. */
    interface Numbers {
        double of(JsonNode node);

        /** Of a text with references. */
        default String text(JsonNode node) {
            String text = node.path("Fn::Sub").asText(node.asText());
            for (Matcher variable = VARIABLE.matcher(text); variable.find(); variable = VARIABLE.matcher(text)) {
                JsonNode reference = JsonNodeFactory.instance.objectNode().put("Ref", variable.group(1));
                text = variable.replaceFirst(new BigDecimal(of(reference)).toPlainString());
            }
            return text;
        }
    }

    /** The values of a metric, a minute each, the newest last; NaN where there is none. */
    interface Metrics {
        double[] of(String name, String statistic, JsonNode dimensions, int minutes);
    }

    CloudWatchAlarm(JsonNode properties, Numbers numbers) {
        this.properties = properties;
        this.numbers = numbers;
        periods = (int) numbers.of(properties.path("EvaluationPeriods"));
        if (properties.path("Period").asInt(60) != 60) {
            throw new IllegalArgumentException("a period other than a minute: " + properties);
        }
    }

    double threshold() {
        return numbers.of(properties.path("Threshold"));
    }

    /** True when it goes off above its threshold. */
    boolean upward() {
        return properties.path("ComparisonOperator").asText().startsWith("GreaterThan");
    }

    boolean alarmed(Metrics metrics) {
        int needed =
                properties.has("DatapointsToAlarm") ? (int) numbers.of(properties.path("DatapointsToAlarm")) : periods;
        double[] there = Arrays.stream(values(properties, numbers, metrics, periods + FURTHER_BACK))
                .filter(value -> !Double.isNaN(value))
                .toArray();
        long breaching = Arrays.stream(there)
                .skip(Math.max(0, there.length - periods))
                .filter(this::breaches)
                .count();
        int missing = Math.max(0, periods - there.length);
        return switch (properties.path("TreatMissingData").asText("missing")) {
            case "notBreaching" -> breaching >= needed;
            case "breaching" -> breaching + missing >= needed;
            case "missing" -> there.length > 0 && breaching >= needed;
            default ->
                throw new IllegalArgumentException("missing data treated in a way not known here: " + properties);
        };
    }

    /** The value that a scaling policy is told. */
    OptionalDouble newest(Metrics metrics) {
        double[] values = values(properties, numbers, metrics, periods + FURTHER_BACK);
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).reduce((earlier, later) -> later);
    }

    private boolean breaches(double value) {
        double threshold = threshold();
        return switch (properties.path("ComparisonOperator").asText()) {
            case "GreaterThanOrEqualToThreshold" -> value >= threshold;
            case "GreaterThanThreshold" -> value > threshold;
            case "LessThanOrEqualToThreshold" -> value <= threshold;
            case "LessThanThreshold" -> value < threshold;
            default -> throw new IllegalArgumentException("a comparison not known here: " + properties);
        };
    }

    /** Of a metric, or of the expression that returns data. */
    static double[] values(JsonNode properties, Numbers numbers, Metrics metrics, int minutes) {
        if (!properties.has("Metrics")) {
            return metrics.of(
                    properties.path("MetricName").asText(),
                    properties.path("Statistic").asText(),
                    properties.path("Dimensions"),
                    minutes);
        }
        Map<String, double[]> series = new HashMap<>();
        double[] returned = null;
        for (JsonNode query : properties.path("Metrics")) {
            JsonNode stat = query.path("MetricStat");
            double[] values = query.has("Expression")
                    ? MetricMath.evaluate(numbers.text(query.path("Expression")), series, minutes)
                    : metrics.of(
                            stat.at("/Metric/MetricName").asText(),
                            stat.path("Stat").asText(),
                            stat.at("/Metric/Dimensions"),
                            minutes);
            series.put(query.path("Id").asText(), values);
            if (query.path("ReturnData").asBoolean(true)) {
                if (returned != null) {
                    throw new IllegalArgumentException("two expressions return data: " + properties);
                }
                returned = values;
            }
        }
        if (returned == null) {
            throw new IllegalArgumentException("no expression returns data: " + properties);
        }
        return returned;
    }
}
