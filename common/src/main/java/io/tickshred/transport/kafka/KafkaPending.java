package io.tickshred.transport.kafka;

import io.tickshred.transport.Pending;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * How far readers are behind: by the brokers' own offsets, so that nobody else needs to run, and by a look at the first
 * record that is not done, which says how old it is and whether there is one at all behind a transaction's mark.
 */
final class KafkaPending implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final KafkaCalls calls;
    private final KafkaNames names;
    private @Nullable AssignedConsumer probe;

    KafkaPending(KafkaClients clients, KafkaCalls calls, KafkaNames names) {
        this.clients = clients;
        this.calls = calls;
        this.names = names;
    }

    Pending of(String coordinator, Set<Topic> topics) throws TransportException, InterruptedException {
        List<TopicPartition> partitions = partitions(topics);
        Map<TopicPartition, OffsetAndMetadata> committed = committed(names.group(coordinator));
        Map<TopicPartition, Long> first = ends(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> last = ends(partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            long start = Math.max(first.getOrDefault(partition, 0L), offset == null ? 0 : offset.offset());
            if (start < last.getOrDefault(partition, 0L)) {
                starts.put(partition, start);
            }
        }
        Look look = look(starts);
        long records = 0;
        for (Map.Entry<TopicPartition, Long> start : starts.entrySet()) {
            if (!look.empty().contains(start.getKey())) {
                records += last.getOrDefault(start.getKey(), 0L) - start.getValue();
            }
        }
        return new Pending(records, look.oldest());
    }

    /** When the first record at or behind these offsets was published, of all partitions. */
    Optional<Instant> oldest(Map<TopicPartition, Long> starts) throws TransportException, InterruptedException {
        return look(starts).oldest();
    }

    /** What is to be seen from some offsets on: the oldest record, and the partitions that hold none any more. */
    private record Look(Optional<Instant> oldest, Set<TopicPartition> empty) {}

    private synchronized Look look(Map<TopicPartition, Long> starts) throws TransportException, InterruptedException {
        if (starts.isEmpty()) {
            return new Look(Optional.empty(), Set.of());
        }
        try {
            AssignedConsumer consumer = probe;
            if (consumer == null) {
                consumer = clients.probe();
                probe = consumer;
            }
            return look(consumer.client(), starts);
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; the exception carries it from here
            throw (InterruptedException) new InterruptedException("interrupted: look at what is pending").initCause(e);
        } catch (KafkaException e) {
            throw calls.failure("look at what is pending", e);
        }
    }

    private static Look look(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> starts) {
        consumer.assign(starts.keySet());
        starts.forEach(consumer::seek);
        Map<TopicPartition, Long> ends = consumer.endOffsets(starts.keySet());
        Set<TopicPartition> open = new HashSet<>(starts.keySet());
        Set<TopicPartition> empty = new HashSet<>();
        long oldest = Long.MAX_VALUE;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (open.remove(partition)) {
                    oldest = Math.min(oldest, record.timestamp());
                    consumer.pause(Set.of(partition));
                }
            }
            for (TopicPartition partition : Set.copyOf(open)) {
                if (consumer.position(partition) >= ends.getOrDefault(partition, 0L)) {
                    open.remove(partition);
                    empty.add(partition);
                }
            }
        }
        consumer.unsubscribe();
        return new Look(oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)), empty);
    }

    private List<TopicPartition> partitions(Set<Topic> topics) throws TransportException, InterruptedException {
        List<String> wanted = topics.stream().map(names::topic).toList();
        Map<String, TopicDescription> descriptions = calls.await(
                "describe topics " + wanted,
                calls.admin().describeTopics(wanted).allTopicNames());
        return descriptions.values().stream()
                .flatMap(topic ->
                        topic.partitions().stream().map(info -> new TopicPartition(topic.name(), info.partition())))
                .toList();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group)
            throws TransportException, InterruptedException {
        String what = "ask for the offsets of group " + group;
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
            calls.answer(calls.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null) { // null where the group has committed nothing
                            committed.put(partition, offset);
                        }
                    });
            return committed;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw calls.failure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw calls.failure(what, e);
        }
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, OffsetSpec spec)
            throws TransportException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, spec));
        Map<TopicPartition, Long> ends = new HashMap<>();
        calls.await(
                        "ask for the ends of " + partitions,
                        calls.admin()
                                .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                .all())
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    @Override
    public synchronized void close() {
        if (probe != null) {
            probe.close();
            probe = null;
        }
    }
}
