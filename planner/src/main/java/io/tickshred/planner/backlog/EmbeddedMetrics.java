package io.tickshred.planner.backlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/**
 * Writes a metric as one line of JSON that CloudWatch Logs turns into a metric of its own. Source: Amazon CloudWatch
 * user guide, "Specification: Embedded metric format".
 */
final class EmbeddedMetrics {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EmbeddedMetrics() {}

    /**
     * One count.
     *
     * @param dimensions names and values; each line is one point of the metric that has exactly these
     */
    static String count(String namespace, Map<String, String> dimensions, String name, long value, Instant at) {
        ObjectNode line = MAPPER.createObjectNode();
        ObjectNode aws = line.putObject("_aws");
        aws.put("Timestamp", at.toEpochMilli());
        ObjectNode directive = aws.putArray("CloudWatchMetrics").addObject();
        directive.put("Namespace", namespace);
        ArrayNode set = directive.putArray("Dimensions").addArray();
        dimensions.keySet().stream().sorted().forEach(set::add);
        directive.putArray("Metrics").addObject().put("Name", name).put("Unit", "Count");
        dimensions.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(dimension -> line.put(dimension.getKey(), dimension.getValue()));
        line.put(name, value);
        return line.toString();
    }
}
