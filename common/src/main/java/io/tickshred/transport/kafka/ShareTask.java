package io.tickshred.transport.kafka;

import io.tickshred.transport.TaskHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task of a share group whose lock this slot holds. Renewed every third of the lock: acknowledge RENEW, commit, and
 * poll, which returns the same record. A client that lost its task's lock is of no use any more.
 */
final class ShareTask implements HeldTask {
    private static final Logger LOG = LoggerFactory.getLogger(ShareTask.class);
    private static final int RENEWALS_PER_LOCK = 3;

    private final ShareConsumer<String, byte[]> consumer;
    private final Duration lock;
    private ConsumerRecord<String, byte[]> record;
    private boolean holding = true;

    ShareTask(ShareConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record, Duration lock) {
        this.consumer = consumer;
        this.record = record;
        this.lock = lock;
    }

    @Override
    public ConsumerRecord<String, byte[]> record() {
        return record;
    }

    @Override
    public int delivery() {
        return record.deliveryCount().map(Short::intValue).orElse(1);
    }

    @Override
    public Duration keepEvery() {
        return Duration.ofMillis(Math.max(1, lock.toMillis() / RENEWALS_PER_LOCK));
    }

    @Override
    public void keep() {
        if (holding) {
            renew();
        }
    }

    private void renew() {
        if (!acknowledge(AcknowledgeType.RENEW)) {
            return;
        }
        long deadline = System.nanoTime() + lock.toNanos() / RENEWALS_PER_LOCK;
        try {
            while (System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<String, byte[]> polled : consumer.poll(Duration.ofMillis(100))) {
                    if (isThis(polled)) {
                        record = polled;
                        return;
                    }
                    consumer.acknowledge(polled, AcknowledgeType.RELEASE);
                }
            }
            lost("the broker did not return it");
        } catch (KafkaException | IllegalStateException e) {
            lost(String.valueOf(e.getMessage()));
        }
    }

    private boolean isThis(ConsumerRecord<String, byte[]> other) {
        return other.offset() == record.offset() && other.partition() == record.partition();
    }

    @Override
    public boolean settle(TaskHandler.Outcome outcome) {
        if (holding) {
            acknowledge(outcome == TaskHandler.Outcome.ACCEPT ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE);
        }
        return holding;
    }

    private boolean acknowledge(AcknowledgeType type) {
        try {
            consumer.acknowledge(record, type);
            Map<TopicIdPartition, Optional<KafkaException>> answers = consumer.commitSync(lock);
            Optional<KafkaException> refused =
                    answers.values().stream().flatMap(Optional::stream).findFirst();
            if (refused.isPresent()) {
                lost(String.valueOf(refused.get().getMessage()));
                return false;
            }
            if (answers.isEmpty()) {
                lost("no answer within " + lock.toMillis() + " ms");
                return false;
            }
            return true;
        } catch (KafkaException | IllegalStateException e) {
            lost(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void lost(String why) {
        holding = false;
        HeldTask.lost(LOG, record, why);
    }
}
