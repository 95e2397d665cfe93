package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class QueuePartitionerTest {
    private static final int PARTITIONS = 5;
    private static final Cluster CLUSTER = new Cluster(
            "cluster",
            List.of(),
            Stream.of("queue", "log")
                    .flatMap(topic -> IntStream.range(0, PARTITIONS)
                            .mapToObj(i -> new PartitionInfo(topic, i, null, new Node[0], new Node[0])))
                    .toList(),
            Set.of(),
            Set.of());

    private final QueuePartitioner partitioner = new QueuePartitioner();

    QueuePartitionerTest() {
        partitioner.configure(Map.of(QueuePartitioner.QUEUES, Set.of("queue")));
    }

    private int partition(String topic, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return partitioner.partition(topic, key, bytes, "", new byte[0], CLUSTER);
    }

    @Test
    void tasksAreDealtOutOneAfterTheOther() {
        List<Integer> partitions =
                IntStream.range(0, 7).mapToObj(i -> partition("queue", "same")).toList();

        assertThat(partitions)
                .isEqualTo(IntStream.range(0, 7)
                        .mapToObj(i -> (partitions.get(0) + i) % PARTITIONS)
                        .toList());
    }

    @Test
    void producersThatLiveForOneTaskDoNotAllChooseTheSamePartition() {
        Set<Integer> partitions = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            partitions.add(new QueuePartitionerTest().partition("queue", "same"));
        }

        assertThat(partitions).hasSizeGreaterThan(1);
    }

    @Test
    void allElseGoesWhereKafkaSendsItsKeySoThatProducersWithoutThisOneAgree() {
        for (int i = 0; i < 100; i++) {
            String key = "plan/" + i;

            assertThat(partition("log", key))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), PARTITIONS));
        }
    }
}
