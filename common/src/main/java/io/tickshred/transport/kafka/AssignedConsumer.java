package io.tickshred.transport.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * A consumer without a group, for given partitions. It has no group to leave, so closing it does not wait for the fetch
 * that it has under way.
 */
record AssignedConsumer(Consumer<String, byte[]> client) implements AutoCloseable {
    @Override
    public void close() {
        client.close(CloseOptions.timeout(Duration.ZERO));
    }
}
