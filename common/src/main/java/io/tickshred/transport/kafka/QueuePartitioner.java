package io.tickshred.transport.kafka;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Deals the tasks of queues out over partitions one after the other, so that no partition has more than its share of
 * them: order means nothing among tasks. All other records go where Kafka's own partitioner sends their key.
 */
public final class QueuePartitioner implements Partitioner {
    /** Of the client's properties: the names of the queues' topics. */
    static final String QUEUES = "tickshred.queues";

    private final Map<String, AtomicInteger> next = new ConcurrentHashMap<>();

    @Override
    public void configure(Map<String, ?> configs) {
        for (Object queue : (Set<?>) Objects.requireNonNull(configs.get(QUEUES))) {
            // Not all producers begin at the same partition: some live for one task.
            next.put(
                    (String) queue,
                    new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 16)));
        }
    }

    @Override
    public int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
        int partitions = cluster.partitionsForTopic(topic).size();
        AtomicInteger queue = next.get(topic);
        return queue == null
                ? Utils.toPositive(Utils.murmur2(keyBytes)) % partitions
                : Utils.toPositive(queue.getAndIncrement()) % partitions;
    }

    @Override
    public void close() {}
}
