package io.tickshred.transport;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A record as read.
 *
 * @param key empty text when the writer gave none
 * @param value encoded message; empty for a tombstone
 * @param writtenAt by the clock of who wrote it; for people, never for a decision
 */
public record Incoming(
        Topic topic,
        int partition,
        long offset,
        String key,
        Optional<byte[]> value,
        Map<String, String> headers,
        Instant writtenAt) {
    public Incoming {
        headers = Map.copyOf(headers);
    }

    /** A record of which nobody asks when it was written. */
    public Incoming(
            Topic topic, int partition, long offset, String key, Optional<byte[]> value, Map<String, String> headers) {
        this(topic, partition, offset, key, value, headers, Instant.EPOCH);
    }
}
