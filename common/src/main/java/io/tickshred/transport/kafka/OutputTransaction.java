package io.tickshred.transport.kafka;

import io.tickshred.transport.Outgoing;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Output and offsets of handled records, published together or not at all. After any failure the producer is thrown
 * away: the next one has the same transactional id, and its start makes the brokers abort what was open.
 */
final class OutputTransaction {
    /** Readers see output only after the commit, so a transaction is not held open for long. */
    private static final Duration LONGEST = Duration.ofMillis(500);

    private static final int MOST_RECORDS = 1_000;

    private final Supplier<Producer<String, byte[]>> producers;
    private final KafkaRecords records;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private @Nullable Producer<String, byte[]> producer;
    private boolean open;
    private int handled;
    private long begun;

    OutputTransaction(Supplier<Producer<String, byte[]>> producers, KafkaRecords records) {
        this.producers = producers;
        this.records = records;
    }

    /** Makes the brokers end whatever a predecessor left open. Has to come before committed offsets are read. */
    void fence() {
        ready();
    }

    private Producer<String, byte[]> ready() {
        if (producer == null) {
            Producer<String, byte[]> fresh = producers.get();
            try {
                fresh.initTransactions();
            } catch (RuntimeException e) {
                fresh.close(Duration.ZERO);
                throw e;
            }
            producer = fresh;
        }
        return producer;
    }

    /** Sends output, without waiting for the brokers; a failure to send is thrown by {@link #commit} at the latest. */
    void add(ConsumerRecord<String, byte[]> source, Iterable<Outgoing> output) {
        Producer<String, byte[]> sender = ready();
        if (!open) {
            sender.beginTransaction();
            open = true;
            begun = System.nanoTime();
        }
        for (Outgoing record : output) {
            sender.send(records.producerRecord(record));
        }
        offsets.put(new TopicPartition(source.topic(), source.partition()), new OffsetAndMetadata(source.offset() + 1));
        handled++;
    }

    boolean isOpen() {
        return open;
    }

    /** Partitions whose records' output is in it. */
    Set<TopicPartition> partitions() {
        return Set.copyOf(offsets.keySet());
    }

    boolean isDue() {
        return open && (handled >= MOST_RECORDS || System.nanoTime() - begun > LONGEST.toNanos());
    }

    void commit(ConsumerGroupMetadata group) {
        if (open) {
            Producer<String, byte[]> sender = ready();
            sender.sendOffsetsToTransaction(offsets, group);
            sender.commitTransaction();
            clear();
        }
    }

    /** Throws everything away. */
    void abort() {
        clear();
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private void clear() {
        offsets.clear();
        open = false;
        handled = 0;
    }
}
