package io.tickshred.transport.kafka;

import io.tickshred.transport.TaskHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task whose lock this worker holds. Renewed every third of the lock: acknowledge RENEW, commit, and poll, which
 * returns the same record. When a renewal fails the work goes on, as its result may still be the first, but nothing is
 * acknowledged any more.
 */
final class HeldTask {
    private static final Logger LOG = LoggerFactory.getLogger(HeldTask.class);
    private static final int RENEWALS_PER_LOCK = 3;

    private final ShareConsumer<String, byte[]> consumer;
    private final Duration lock;
    private ConsumerRecord<String, byte[]> record;
    private boolean holding = true;

    HeldTask(ShareConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record, Duration lock) {
        this.consumer = consumer;
        this.record = record;
        this.lock = lock;
    }

    /** How the work ended: what it said, or what it threw. */
    record Ending(TaskHandler.Outcome outcome, Optional<Throwable> failure) {}

    boolean holding() {
        return holding;
    }

    Ending awaitEnd(Future<TaskHandler.Outcome> work) throws InterruptedException {
        long renewMillis = Math.max(1, lock.toMillis() / RENEWALS_PER_LOCK);
        while (true) {
            try {
                return new Ending(work.get(renewMillis, TimeUnit.MILLISECONDS), Optional.empty());
            } catch (TimeoutException e) {
                if (holding) {
                    renew();
                }
            } catch (CancellationException e) {
                return new Ending(TaskHandler.Outcome.RELEASE, Optional.empty()); // closed before the work began
            } catch (ExecutionException e) {
                return new Ending(TaskHandler.Outcome.RELEASE, Optional.of(e.getCause() == null ? e : e.getCause()));
            }
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

    /** Says what became of the task. When that does not arrive, the task is delivered again. */
    void settle(AcknowledgeType type) {
        if (holding) {
            acknowledge(type);
        }
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
        LOG.warn(
                "task is no longer held and may be delivered again topic={} key={} partition={} offset={}: {}",
                record.topic(),
                record.key(),
                record.partition(),
                record.offset(),
                why);
    }
}
