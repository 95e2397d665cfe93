package io.tickshred.transport.kafka;

import io.tickshred.transport.TransportException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Where the partitions of a topic begin and end. */
final class TopicEnds {
    private final KafkaCalls calls;

    TopicEnds(KafkaCalls calls) {
        this.calls = calls;
    }

    List<TopicPartition> partitions(String topic) throws TransportException, InterruptedException {
        TopicDescription description = Objects.requireNonNull(calls.await(
                        "describe topic " + topic,
                        calls.admin().describeTopics(List.of(topic)).allTopicNames())
                .get(topic));
        return description.partitions().stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /** Committed records of these partitions, of each from an offset on or from its start where none is given. */
    long records(Collection<TopicPartition> partitions, Map<TopicPartition, Long> from)
            throws TransportException, InterruptedException {
        if (partitions.isEmpty()) {
            return 0;
        }
        // The starts first: what is deleted in between must not count as missing.
        Map<TopicPartition, ListOffsetsResultInfo> starts = ask(partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = ask(partitions, OffsetSpec.latest());
        long records = 0;
        for (TopicPartition partition : partitions) {
            long start =
                    Math.max(Objects.requireNonNull(starts.get(partition)).offset(), from.getOrDefault(partition, 0L));
            records += Math.max(0, Objects.requireNonNull(ends.get(partition)).offset() - start);
        }
        return records;
    }

    /** The offset behind the last committed record of each partition. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
            throws TransportException, InterruptedException {
        Map<TopicPartition, Long> ends = new HashMap<>();
        ask(partitions, OffsetSpec.latest()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ask(Collection<TopicPartition> partitions, OffsetSpec spec)
            throws TransportException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, spec));
        return calls.await(
                "ask for the ends of " + partitions.iterator().next().topic(),
                calls.admin()
                        .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
    }
}
