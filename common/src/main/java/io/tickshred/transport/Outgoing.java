package io.tickshred.transport;

import java.util.Map;
import java.util.Optional;

/**
 * A record to publish.
 *
 * @param value encoded message; empty for a tombstone
 */
public record Outgoing(Topic topic, String key, Optional<byte[]> value, Map<String, String> headers) {
    public Outgoing {
        headers = Map.copyOf(headers);
    }

    public static Outgoing of(Topic topic, String key, byte[] value) {
        return new Outgoing(topic, key, Optional.of(value), Map.of());
    }

    public static Outgoing tombstone(Topic topic, String key) {
        return new Outgoing(topic, key, Optional.empty(), Map.of());
    }
}
