package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows all partitions of a topic from the start or an instant; after a failure from where it was. */
final class KafkaView implements Transport.View {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaView.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long STEP_MILLIS = 20;

    private final KafkaClients clients;
    private final KafkaCalls calls;
    private final KafkaRecords records;
    private final String topic;
    private final Instant since;
    private final java.util.function.Consumer<Incoming> listener;
    private final KafkaThread thread;
    /** The offset behind what was heard; guarded by itself. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** What the thread reads with, or last did; others may wake it, closed or not, and nothing else. */
    private volatile @Nullable Consumer<String, byte[]> open;

    private volatile @Nullable String outage;
    private volatile @Nullable String passedOver;

    KafkaView(
            KafkaClients clients,
            KafkaCalls calls,
            KafkaNames names,
            KafkaRecords records,
            Topic topic,
            Instant since,
            java.util.function.Consumer<Incoming> listener) {
        this.clients = clients;
        this.calls = calls;
        this.records = records;
        this.topic = names.topic(topic);
        this.since = since;
        this.listener = listener;
        this.thread = new KafkaThread("view-" + topic.baseName() + "-" + clients.instance(), this::run);
        thread.start();
    }

    private void run() throws InterruptedException {
        while (!thread.stopping()) {
            try (AssignedConsumer consumer = clients.assignedConsumer("view", "earliest")) {
                open = consumer.client();
                follow(consumer.client());
            } catch (WakeupException e) {
                // It is to end, which the loop sees.
            } catch (InterruptException e) {
                Thread.interrupted();
                throw new InterruptedException("view of " + topic + " interrupted");
            } catch (KafkaException e) {
                String why = "view of " + topic + " is cut off: " + FailureText.of(e);
                if (!why.equals(outage)) {
                    LogLine.warn(LOG, "View cut off, tried again until it works")
                            .with(LogKey.TOPIC, topic)
                            .with(LogKey.REASON, FailureText.of(e))
                            .write();
                }
                outage = why;
                thread.pause(PAUSE);
            }
        }
    }

    private void follow(Consumer<String, byte[]> consumer) throws InterruptedException {
        List<TopicPartition> partitions = partitions(consumer);
        if (partitions.isEmpty()) {
            outage = "view of " + topic + " waits for the topic to be created";
            thread.pause(PAUSE);
            return;
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> starts = starts(consumer, partitions);
        synchronized (positions) {
            partitions.forEach(partition -> {
                Long position = positions.putIfAbsent(partition, starts.getOrDefault(partition, 0L));
                position = position == null ? starts.get(partition) : position;
                if (position == null || position == 0) {
                    consumer.seekToBeginning(List.of(partition));
                } else {
                    consumer.seek(partition, position);
                }
            });
        }
        while (!thread.stopping()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                tell(record);
            }
            advance(consumer, partitions);
            outage = null;
        }
    }

    /** Where to begin in partitions that were not read yet; those that are not among them begin at their start. */
    private Map<TopicPartition, Long> starts(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> starts = new HashMap<>();
        if (since.equals(Instant.EPOCH)) {
            return starts;
        }
        Map<TopicPartition, Long> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, since.toEpochMilli()));
        // Asked first: what is written between the two questions is then read, not passed over.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.offsetsForTimes(question)
                .forEach((partition, found) ->
                        // No record since: it begins with the next one.
                        starts.put(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
        return starts;
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
        @Nullable List<PartitionInfo> infos = consumer.partitionsFor(topic);
        return infos == null
                ? List.of()
                : infos.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
    }

    private void tell(ConsumerRecord<String, byte[]> record) {
        try {
            listener.accept(records.incoming(record));
        } catch (RuntimeException e) {
            passedOver = "view of " + topic + " passed over partition=" + record.partition() + " offset="
                    + record.offset() + " key=" + record.key() + ": " + e;
            LogLine.error(LOG, "Record passed over")
                    .with(LogKey.TOPIC, topic)
                    .with(LogKey.PARTITION, record.partition())
                    .with(LogKey.OFFSET, record.offset())
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.toString())
                    .cause(e)
                    .write();
        }
    }

    private void advance(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> now = new HashMap<>();
        partitions.forEach(partition -> now.put(partition, consumer.position(partition)));
        synchronized (positions) {
            positions.putAll(now);
            positions.notifyAll();
        }
    }

    @Override
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        @Nullable Map<TopicPartition, Long> ends = null;
        while (System.nanoTime() - deadline < 0) {
            if (ends == null) {
                ends = ends();
            }
            if (ends != null && reached(ends)) {
                return true;
            }
            synchronized (positions) {
                positions.wait(STEP_MILLIS);
            }
        }
        return false;
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        synchronized (positions) {
            return ends.entrySet().stream()
                    .allMatch(end -> positions.getOrDefault(end.getKey(), -1L) >= end.getValue());
        }
    }

    /** Where committed records end now; null when the brokers do not say. */
    private @Nullable Map<TopicPartition, Long> ends() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetSpec> question = new HashMap<>();
            calls.await(
                            "describe topic " + topic,
                            calls.admin().describeTopics(List.of(topic)).allTopicNames())
                    .values()
                    .forEach(description -> description
                            .partitions()
                            .forEach(info ->
                                    question.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest())));
            Map<TopicPartition, ListOffsetsResultInfo> answer = calls.await(
                    "ask for the end of topic " + topic,
                    calls.admin()
                            .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                            .all());
            Map<TopicPartition, Long> ends = new HashMap<>();
            answer.forEach((partition, info) -> ends.put(partition, info.offset()));
            return ends;
        } catch (TransportException e) {
            outage = "view of " + topic + " is cut off: " + e.getMessage();
            return null;
        }
    }

    @Override
    public boolean alive() {
        return thread.alive();
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(outage).or(() -> Optional.ofNullable(passedOver));
    }

    @Override
    public void drain() {
        thread.stop();
        Consumer<String, byte[]> consumer = open;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void close() {
        drain();
        thread.join(KafkaClients.CALL_TIMEOUT);
    }
}
