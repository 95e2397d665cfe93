package io.tickshred.transport;

import java.util.Map;
import java.util.Optional;

/**
 * A record as read.
 *
 * @param key empty text when the writer gave none
 * @param value encoded message; empty for a tombstone
 */
public record Incoming(
        Topic topic, int partition, long offset, String key, Optional<byte[]> value, Map<String, String> headers) {
    public Incoming {
        headers = Map.copyOf(headers);
    }
}
