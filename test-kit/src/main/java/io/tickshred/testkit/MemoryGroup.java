package io.tickshred.testkit;

import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The instances of one coordinator and how far they came. Call everything with the broker's lock held. */
final class MemoryGroup {
    private final MemoryBroker broker;
    private final List<Object> members = new ArrayList<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private int generation;

    MemoryGroup(MemoryBroker broker) {
        this.broker = broker;
    }

    void join(Object member) {
        members.add(member);
        changed();
    }

    void leave(Object member) {
        if (members.remove(member)) {
            changed();
        }
    }

    private void changed() {
        generation++;
        broker.changed.signalAll();
    }

    int generation() {
        return generation;
    }

    /** Partition numbers of a member: the same of every topic. */
    Set<Integer> partitionsOf(Object member) {
        Set<Integer> mine = new TreeSet<>();
        int index = members.indexOf(member);
        for (int partition = 0; index >= 0 && partition < broker.partitions; partition++) {
            if (partition % members.size() == index) {
                mine.add(partition);
            }
        }
        return mine;
    }

    long committed(Topic topic, int partition) {
        return committed.getOrDefault(new TopicPartition(topic, partition), 0L);
    }

    /**
     * Publishes output and commits the offset behind the record, or does neither.
     *
     * @return false if the partition is not the member's any more
     */
    boolean commit(Object member, Topic topic, int partition, long nextOffset, List<Outgoing> output) {
        if (!partitionsOf(member).contains(partition)) {
            return false;
        }
        broker.append(output, true);
        committed.put(new TopicPartition(topic, partition), nextOffset);
        return true;
    }

    private record TopicPartition(Topic topic, int partition) {}
}
