package io.tickshred.transport.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one number in all topics of a coordinator, which share state. A lane is new, replays up to the
 * committed offsets, then is live; a failure sets it back to new after a pause.
 */
final class Lane {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

    private final int number;
    private final Map<TopicPartition, Long> replayEnds = new HashMap<>();
    private final Map<TopicPartition, Deque<ConsumerRecord<String, byte[]>>> pending = new HashMap<>();
    private boolean started;
    private long epoch;
    private long pausedUntil = System.nanoTime();
    private int failures;
    private @Nullable String trouble;

    Lane(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Takes partitions in; what was read of the others has to be read again. */
    void add(TopicPartition partition) {
        replayEnds.put(partition, 0L);
        pending.put(partition, new ArrayDeque<>());
        reset();
    }

    Set<TopicPartition> partitions() {
        return Set.copyOf(replayEnds.keySet());
    }

    boolean shouldStart() {
        return !started && !isPaused();
    }

    /** Consumption stands at the start of each partition; records below these offsets were handled before. */
    void start(Map<TopicPartition, Long> handledBefore) {
        replayEnds.replaceAll((partition, end) -> handledBefore.getOrDefault(partition, 0L));
        started = true;
    }

    /** Changes whenever the lane is set back. */
    long epoch() {
        return epoch;
    }

    /** Back to the state before {@link #start}. */
    void reset() {
        epoch++;
        started = false;
        pending.values().forEach(Collection::clear);
        replayEnds.replaceAll((partition, end) -> 0L);
    }

    void fail(String why) {
        reset();
        pausedUntil = System.nanoTime() + BACKOFF.after(failures).toNanos();
        failures++;
        trouble = why;
    }

    int failures() {
        return failures;
    }

    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Output of the lane was committed. */
    void recovered() {
        failures = 0;
        trouble = null;
    }

    private boolean isPaused() {
        return pausedUntil - System.nanoTime() > 0;
    }

    void accept(ConsumerRecord<String, byte[]> record) {
        Deque<ConsumerRecord<String, byte[]>> queue =
                pending.get(new TopicPartition(record.topic(), record.partition()));
        if (started && queue != null) {
            queue.addLast(record);
        }
    }

    /** Whether to fetch more of a partition. */
    boolean wants(TopicPartition partition) {
        Deque<ConsumerRecord<String, byte[]>> queue = pending.get(partition);
        return started && queue != null && queue.isEmpty();
    }

    /** Partitions of which not all that was handled before has been fetched. */
    Collection<TopicPartition> replaying() {
        return replayEnds.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The consumer is past what was handled before; the last offset of that may have held no record. */
    void fetchedUpTo(TopicPartition partition, long position) {
        Long end = replayEnds.get(partition);
        Deque<ConsumerRecord<String, byte[]>> queue = pending.get(partition);
        if (end != null
                && queue != null
                && position >= end
                && (queue.isEmpty() || queue.peek().offset() >= end)) {
            replayEnds.put(partition, 0L);
        }
    }

    /** The next record that may be handled: replayed ones of all partitions come before the first live one. */
    Optional<Next> next() {
        boolean live = true;
        for (Map.Entry<TopicPartition, Long> entry : replayEnds.entrySet()) {
            if (entry.getValue() == 0) {
                continue;
            }
            live = false;
            Deque<ConsumerRecord<String, byte[]>> queue = pending.get(entry.getKey());
            if (queue != null && !queue.isEmpty() && queue.peek().offset() < entry.getValue()) {
                return Optional.of(new Next(queue.remove(), true));
            }
        }
        if (live) {
            for (Deque<ConsumerRecord<String, byte[]>> queue : pending.values()) {
                if (!queue.isEmpty()) {
                    return Optional.of(new Next(queue.remove(), false));
                }
            }
        }
        return Optional.empty();
    }

    /** A record to handle. */
    record Next(ConsumerRecord<String, byte[]> record, boolean replaying) {}
}
