package io.tickshred.transport.kafka;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Reads a range of a partition. It ends when the consumer's position has passed the last offset: that offset itself may
 * hold a transaction's mark or an aborted record, which no poll returns.
 */
final class KafkaRangeReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final KafkaNames names;
    private final KafkaRecords records;
    private final KafkaCalls calls;
    private final Duration patience;

    KafkaRangeReader(KafkaClients clients, KafkaNames names, KafkaRecords records, KafkaCalls calls) {
        this.clients = clients;
        this.names = names;
        this.records = records;
        this.calls = calls;
        Duration start = clients.configuration().startTimeout();
        this.patience = start.compareTo(PATIENCE) < 0 ? start : PATIENCE;
    }

    void read(
            Topic topic, int partition, long firstOffset, long lastOffset, java.util.function.Consumer<Incoming> reader)
            throws TransportException, InterruptedException {
        TopicPartition source = new TopicPartition(names.topic(topic), partition);
        String what = "read offsets " + firstOffset + " to " + lastOffset + " of " + source;
        try (AssignedConsumer consumer = clients.assignedConsumer("range", "none")) {
            consumer.client().assign(List.of(source));
            consumer.client().seek(source, firstOffset);
            read(consumer.client(), source, lastOffset, what, reader);
        } catch (OffsetOutOfRangeException e) {
            throw new TransportException(
                    "Cannot " + what + ": the log on Kafka at "
                            + clients.configuration().bootstrapServers()
                            + " does not hold offset " + firstOffset
                            + " (any more). If the topic's retention took it, run the day again with force and raise"
                            + " the retention",
                    e);
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; the exception carries it from here
            throw (InterruptedException) new InterruptedException("interrupted: " + what).initCause(e);
        } catch (KafkaException e) {
            throw calls.failure(what, e);
        }
    }

    private void read(
            Consumer<String, byte[]> consumer,
            TopicPartition source,
            long lastOffset,
            String what,
            java.util.function.Consumer<Incoming> reader)
            throws TransportException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long stalled = System.nanoTime() + STALL.toNanos();
        boolean checked = false;
        long position = consumer.position(source);
        while (position <= lastOffset) {
            ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : polled) {
                if (record.offset() <= lastOffset) {
                    reader.accept(records.incoming(record));
                }
            }
            long now = consumer.position(source);
            if (now > position) {
                position = now;
                deadline = System.nanoTime() + patience.toNanos();
                stalled = System.nanoTime() + STALL.toNanos();
            } else if (!checked && System.nanoTime() - stalled > 0) {
                checked = true;
                checkEnd(source, lastOffset, what);
            } else if (System.nanoTime() - deadline > 0) {
                throw new TransportException("Cannot " + what + ": nothing came behind offset " + (position - 1)
                        + " for " + patience.toSeconds() + " s from Kafka at "
                        + clients.configuration().bootstrapServers()
                        + ": the broker is away, a transaction is open, or the range is longer than the log");
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted: " + what);
            }
        }
    }

    /** What was read once is below the log's end: a range that is not will not come by waiting. */
    private void checkEnd(TopicPartition source, long lastOffset, String what)
            throws TransportException, InterruptedException {
        long end = calls.await(
                        "ask for the end of " + source,
                        calls.admin()
                                .listOffsets(
                                        Map.of(source, OffsetSpec.latest()),
                                        new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                                .partitionResult(source))
                .offset();
        if (lastOffset >= end) {
            throw new TransportException("Cannot " + what + ": the log on Kafka at "
                    + clients.configuration().bootstrapServers() + " ends before offset " + end
                    + "; if the topic was made anew or lost records, run the day again with force");
        }
    }
}
