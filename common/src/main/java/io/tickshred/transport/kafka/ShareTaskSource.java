package io.tickshred.transport.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;

/** A slot as a member of a share group. */
final class ShareTaskSource implements TaskSource {
    private static final Duration POLL = Duration.ofMillis(200);

    private final ShareConsumer<String, byte[]> consumer;
    private final Duration defaultLock;

    ShareTaskSource(ShareConsumer<String, byte[]> consumer, String topic, Duration defaultLock) {
        this.consumer = consumer;
        this.defaultLock = defaultLock;
        consumer.subscribe(List.of(topic));
    }

    @Override
    public Optional<HeldTask> next(BooleanSupplier stopping) {
        ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
        ConsumerRecord<String, byte[]> task = null;
        for (ConsumerRecord<String, byte[]> record : polled) {
            // One at a time was asked for; what comes beyond that, or after the order to stop, goes back at once.
            if (task == null && !stopping.getAsBoolean()) {
                task = record;
            } else {
                consumer.acknowledge(record, AcknowledgeType.RELEASE);
            }
        }
        if (task == null) {
            if (!polled.isEmpty()) {
                consumer.commitSync(KafkaClients.CALL_TIMEOUT);
            }
            return Optional.empty();
        }
        Duration lock =
                consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElse(defaultLock);
        return Optional.of(new ShareTask(consumer, task, lock));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
