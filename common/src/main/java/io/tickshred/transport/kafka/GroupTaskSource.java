package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot as a member of a consumer group. It takes one task at a time of all its partitions and each partition's in
 * order, so a partition's position says all: before a task is worked on, its offset is committed with the number of its
 * deliveries, and after it the next one. Commits of a slot that lost the partition are refused by the brokers; what it
 * held is then worked on by the next owner, as one delivery more.
 */
final class GroupTaskSource implements TaskSource, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(GroupTaskSource.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REBALANCE_STEP = Duration.ofMillis(50);
    /** How long work that is done tries to be told: longer than any rebalance and most outages last. */
    private static final Duration ACCEPT_PATIENCE = Duration.ofMinutes(5);

    private static final Duration PARTING = Duration.ofSeconds(30);
    /** A client that failed says goodbye to its group, if it still can. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer;
    private final SlotState state;
    private final Consumer<Map<TopicPartition, Long>> done;
    private final Map<TopicPartition, TaskPosition> committed = new HashMap<>();
    private final Map<TopicPartition, Long> told = new HashMap<>();
    private final LongSupplier nanoTime;
    private boolean usable = true;
    private boolean closed;

    /**
     * Joins the group.
     *
     * @param state shared with the consumer's assignor
     * @param done is told now and then below which offsets all is done
     */
    GroupTaskSource(
            org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer,
            String topic,
            SlotState state,
            Consumer<Map<TopicPartition, Long>> done) {
        this(consumer, topic, state, done, System::nanoTime);
    }

    GroupTaskSource(
            org.apache.kafka.clients.consumer.Consumer<String, byte[]> consumer,
            String topic,
            SlotState state,
            Consumer<Map<TopicPartition, Long>> done,
            LongSupplier nanoTime) {
        this.consumer = consumer;
        this.state = state;
        this.done = done;
        this.nanoTime = nanoTime;
        consumer.subscribe(List.of(topic), this);
    }

    @Override
    public Optional<HeldTask> next(BooleanSupplier stopping) {
        ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
        if (stopping.getAsBoolean()) {
            return Optional.empty();
        }
        if (polled.isEmpty()) {
            settleIdle();
            return Optional.empty();
        }
        return take(polled.iterator().next(), stopping);
    }

    private Optional<HeldTask> take(ConsumerRecord<String, byte[]> record, BooleanSupplier stopping) {
        TopicPartition partition = partition(record);
        state.hold(partition.partition());
        consumer.pause(consumer.assignment());
        load();
        TaskPosition before = position(partition);
        TaskPosition taken = before.delivered(record.offset());
        if (advance(partition, before, taken, () -> false)) {
            return Optional.of(new GroupTask(this, record, taken, stopping));
        }
        release(record); // it went to another slot a moment ago
        return Optional.empty();
    }

    /** Goes on being a member while a task is held; before it leaves, only with the partition of that task. */
    void keep(boolean stopping) {
        if (!usable) {
            return;
        }
        try {
            if (stopping && !state.isLeaving()) {
                state.leave();
                consumer.enforceRebalance("slot takes no further task");
            }
            consumer.poll(Duration.ZERO);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            usable = false;
            LogLine.warn(LOG, "Slot cut off while it works, its task may be delivered again")
                    .with(LogKey.REASON, FailureText.of(e))
                    .write();
            // It polls no more: as a member it would hold its partitions, and each rebalance, until the brokers miss
            // it.
            leave();
        }
    }

    private void leave() {
        try {
            close(FAREWELL);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LogLine.warn(LOG, "Slot did not leave its group")
                    .with(LogKey.REASON, FailureText.of(e))
                    .write();
        }
    }

    /**
     * The task is done, if it is still this slot's. Tries for as long as the slot has the task's partition, for
     * minutes, because else the whole task is done again.
     *
     * @param stopping true once there is no time for that
     */
    boolean accept(ConsumerRecord<String, byte[]> record, TaskPosition taken, BooleanSupplier stopping) {
        TopicPartition partition = partition(record);
        try {
            if (usable
                    && advance(
                            partition, taken, TaskPosition.at(record.offset() + 1), () -> !stopping.getAsBoolean())) {
                return free(partition, record.offset() + 1);
            }
            HeldTask.lost(LOG, record, usable ? "another slot has its partition" : "the slot was cut off");
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            usable = false;
            HeldTask.lost(LOG, record, FailureText.of(e));
        }
        return free(partition, record.offset());
    }

    /** The task is delivered again, to this slot unless it leaves. */
    boolean release(ConsumerRecord<String, byte[]> record) {
        return free(partition(record), record.offset());
    }

    private boolean free(TopicPartition partition, long next) {
        state.free();
        if (usable) {
            if (consumer.assignment().contains(partition)) {
                load();
                // Of a partition that came back meanwhile, the position is what was committed then.
                consumer.seek(partition, Math.max(next, position(partition).offset()));
            }
            consumer.resume(consumer.paused());
        }
        return usable;
    }

    /**
     * Commits a position in place of the one that this slot knows. False when another slot had the partition in
     * between, or has it now, or when the brokers did not take it in time.
     *
     * @param patient whether it is worth minutes rather than seconds
     */
    private boolean advance(
            TopicPartition partition, TaskPosition expected, TaskPosition next, BooleanSupplier patient) {
        long start = nanoTime.getAsLong();
        while (consumer.assignment().contains(partition)) {
            try {
                load(); // asks the brokers, if the partition was away
                if (!expected.equals(committed.get(partition))) {
                    return false;
                }
                consumer.commitSync(Map.of(partition, next.committed()), KafkaClients.CALL_TIMEOUT);
                committed.put(partition, next);
                return true;
            } catch (RebalanceInProgressException | CommitFailedException e) {
                if (isLate(start, patient)) {
                    return false;
                }
            } catch (TimeoutException e) {
                // It may have arrived: then it is committed once more, by whom the partition is still assigned to.
                if (isLate(start, patient)) {
                    throw e;
                }
            }
            consumer.poll(REBALANCE_STEP);
        }
        return false;
    }

    private boolean isLate(long start, BooleanSupplier patient) {
        Duration patience = patient.getAsBoolean() ? ACCEPT_PATIENCE : KafkaClients.CALL_TIMEOUT;
        return nanoTime.getAsLong() - start >= patience.toNanos();
    }

    /**
     * Commits positions that moved on without a task, over the marks that transactions leave, and tells what is done.
     */
    private void settleIdle() {
        load();
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        Map<TopicPartition, Long> news = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            long position = reached(partition);
            if (position > position(partition).offset()) {
                moved.put(partition, TaskPosition.at(position).committed());
            }
        }
        try {
            if (!moved.isEmpty()) {
                consumer.commitSync(moved, KafkaClients.CALL_TIMEOUT);
                moved.forEach((partition, offset) -> committed.put(partition, TaskPosition.of(offset)));
            }
        } catch (RebalanceInProgressException | CommitFailedException e) {
            return; // next time
        }
        for (TopicPartition partition : consumer.assignment()) {
            long offset = position(partition).offset();
            if (offset > told.getOrDefault(partition, 0L)) {
                news.put(partition, offset);
            }
        }
        if (!news.isEmpty()) {
            told.putAll(news);
            done.accept(news);
        }
    }

    private long reached(TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException e) {
            return -1; // not known yet
        }
    }

    /** Asks for the committed positions of partitions that are new here. */
    private void load() {
        Set<TopicPartition> missing = consumer.assignment().stream()
                .filter(partition -> !committed.containsKey(partition))
                .collect(Collectors.toSet());
        if (!missing.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> found = consumer.committed(missing, KafkaClients.CALL_TIMEOUT);
            missing.forEach(partition -> committed.put(partition, TaskPosition.of(found.get(partition))));
        }
    }

    private TopicPartition partition(ConsumerRecord<String, byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private TaskPosition position(TopicPartition partition) {
        return Objects.requireNonNullElse(committed.get(partition), TaskPosition.of(null));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        partitions.forEach(committed::remove);
        if (state.held().isPresent()) {
            consumer.pause(partitions);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(committed::remove);
        partitions.forEach(told::remove);
    }

    /** Leaves the group. Once more does nothing. */
    @Override
    public void close() {
        close(PARTING);
    }

    private void close(Duration patience) {
        if (!closed) {
            closed = true;
            consumer.close(CloseOptions.timeout(patience));
        }
    }
}
