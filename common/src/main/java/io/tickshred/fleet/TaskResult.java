package io.tickshred.fleet;

import io.tickshred.log.LogKey;
import io.tickshred.transport.Outgoing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a task came to.
 *
 * @param records to publish
 * @param message of the one line that is logged once the records are durable, "Chunk done"
 * @param figures that stand in this line beside the task's place
 */
public record TaskResult(List<Outgoing> records, String message, Map<LogKey, Object> figures) {
    public TaskResult {
        records = List.copyOf(records);
        // Not Map.copyOf, which forgets the order.
        figures = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    public static TaskResult of(String message, List<Outgoing> records) {
        return new TaskResult(records, message, Map.of());
    }

    public TaskResult with(LogKey key, Object value) {
        Map<LogKey, Object> more = new LinkedHashMap<>(figures);
        more.put(key, value);
        return new TaskResult(records, message, more);
    }
}
