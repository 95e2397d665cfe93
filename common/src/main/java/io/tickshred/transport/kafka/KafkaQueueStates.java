package io.tickshred.transport.kafka;

import io.tickshred.config.QueueMode;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Looks at a queue's share group: its members, each a slot, and the record that it waits for in each partition. What is
 * behind a partition's start offset is accepted, so that the record there is the oldest that is not.
 */
final class KafkaQueueStates {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final KafkaCalls calls;
    private final KafkaNames names;

    KafkaQueueStates(KafkaClients clients, KafkaCalls calls, KafkaNames names) {
        this.clients = clients;
        this.calls = calls;
        this.names = names;
    }

    QueueState of(Topic queue, String group, long backlog) throws TransportException, InterruptedException {
        return new QueueState(backlog, backlog == 0 ? Optional.empty() : oldest(queue, group), workers(queue, group));
    }

    private List<QueueState.Worker> workers(Topic queue, String group) throws TransportException, InterruptedException {
        // The client's name of a slot is the instance, the queue, the instance again and a number: see KafkaSlot.
        Pattern slot = Pattern.compile("(.+)-" + Pattern.quote(queue.baseName()) + "-\\1-\\d+");
        try {
            Map<List<String>, Integer> slots = new HashMap<>();
            for (Member member : members(group)) {
                Matcher name = slot.matcher(member.clientId());
                slots.merge(
                        List.of(
                                name.matches() ? name.group(1) : member.clientId(),
                                member.host().replaceFirst("^/", "")),
                        1,
                        Integer::sum);
            }
            return slots.entrySet().stream()
                    .map(e ->
                            new QueueState.Worker(e.getKey().get(0), e.getKey().get(1), e.getValue()))
                    .sorted(Comparator.comparing(QueueState.Worker::name).thenComparing(QueueState.Worker::host))
                    .collect(Collectors.toList());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw calls.failure("ask for the members of group " + group, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw calls.failure("ask for the members of group " + group, e);
        }
    }

    /** A connected slot. */
    private record Member(String clientId, String host) {}

    private List<Member> members(String group)
            throws TransportException, ExecutionException, TimeoutException, InterruptedException {
        if (clients.configuration().queue() == QueueMode.CONSUMER_GROUP) {
            KafkaFuture<ConsumerGroupDescription> described = Objects.requireNonNull(calls.admin()
                    .describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group));
            return calls.answer(described).members().stream()
                    .map(member -> new Member(member.clientId(), member.host()))
                    .toList();
        }
        KafkaFuture<ShareGroupDescription> described = Objects.requireNonNull(calls.admin()
                .describeShareGroups(List.of(group))
                .describedGroups()
                .get(group));
        return calls.answer(described).members().stream()
                .map(member -> new Member(member.clientId(), member.host()))
                .toList();
    }

    private Optional<Instant> oldest(Topic queue, String group) throws TransportException, InterruptedException {
        Map<TopicPartition, Long> starts = starts(group);
        try (Consumer<String, byte[]> consumer = clients.assignedConsumer("oldest", "earliest")) {
            List<TopicPartition> partitions =
                    starts.isEmpty() ? all(consumer, names.topic(queue)) : List.copyOf(starts.keySet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<TopicPartition> left = new ArrayList<>();
            consumer.assign(partitions);
            for (TopicPartition partition : partitions) {
                Long start = starts.get(partition);
                if (start == null) {
                    consumer.seekToBeginning(List.of(partition));
                } else {
                    consumer.seek(partition, start);
                }
                if (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
                    left.add(partition);
                }
            }
            return first(consumer, left, ends);
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; the exception carries it from here
            throw (InterruptedException) new InterruptedException("interrupted: look for the oldest task").initCause(e);
        } catch (KafkaException e) {
            throw calls.failure("read the oldest task of " + names.topic(queue), e);
        }
    }

    /** The least time among the first records of some partitions. */
    private static Optional<Instant> first(
            Consumer<String, byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Instant> found = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        List<TopicPartition> left = new ArrayList<>(partitions);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            consumer.assign(left);
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                found.putIfAbsent(
                        new TopicPartition(record.topic(), record.partition()),
                        Instant.ofEpochMilli(record.timestamp()));
            }
            // A transaction's mark at the end of a partition is passed, and is no task.
            left.removeIf(partition ->
                    found.containsKey(partition) || consumer.position(partition) >= ends.getOrDefault(partition, 0L));
        }
        return found.values().stream().min(Comparator.naturalOrder());
    }

    private static List<TopicPartition> all(Consumer<String, byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /**
     * The offsets that a share group waits for; empty while it has not begun to read. A consumer group's accepted tasks
     * are deleted, so that its partitions begin with the oldest.
     */
    private Map<TopicPartition, Long> starts(String group) throws TransportException, InterruptedException {
        Map<TopicPartition, Long> starts = new HashMap<>();
        if (clients.configuration().queue() == QueueMode.CONSUMER_GROUP) {
            return starts;
        }
        try {
            for (Map.Entry<TopicPartition, SharePartitionOffsetInfo> entry : calls.answer(calls.admin()
                            .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(group))
                    .entrySet()) {
                if (entry.getValue() != null) { // null while the group has not begun to read the partition
                    starts.put(entry.getKey(), entry.getValue().startOffset());
                }
            }
            return starts;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw calls.failure("ask for the offsets of group " + group, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw calls.failure("ask for the offsets of group " + group, e);
        }
    }
}
