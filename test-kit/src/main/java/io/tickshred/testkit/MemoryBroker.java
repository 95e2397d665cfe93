package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A message log in memory, shared by the {@link MemoryTransport}s of the instances that a test plays. As in Kafka, a
 * transaction leaves a mark of its own in each partition that it wrote, so that offsets have gaps.
 */
public final class MemoryBroker {
    /** Guards everything of this broker, its queues and its groups. */
    final ReentrantLock lock = new ReentrantLock();

    /** Signalled when a log grew or a group changed. */
    final Condition changed = lock.newCondition();

    final int partitions;
    final MemoryFaults faults;
    final MemoryFaults.Dice dice;
    private final Map<Topic, List<List<Optional<Incoming>>>> logs = new EnumMap<>(Topic.class);
    private final Map<Topic, MemoryQueue> queues = new EnumMap<>(Topic.class);
    private final Map<String, MemoryGroup> groups = new HashMap<>();
    private volatile Set<String> hidden = Set.of();

    public MemoryBroker(int partitions, MemoryFaults faults) {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions must be at least 1: " + partitions);
        }
        this.partitions = partitions;
        this.faults = faults;
        this.dice = faults.dice();
        for (Topic topic : Topic.values()) {
            List<List<Optional<Incoming>>> log = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                log.add(new ArrayList<>());
            }
            logs.put(topic, log);
            if (topic.kind() == Topic.Kind.WORK_QUEUE) {
                queues.put(topic, new MemoryQueue(this));
            }
        }
    }

    /** Four partitions, no faults. */
    public MemoryBroker() {
        this(4, MemoryFaults.none());
    }

    /** The transport of one instance of the fleet. */
    public MemoryTransport transport(String instance) {
        return new MemoryTransport(this, instance);
    }

    /**
     * From now on gives no answer when asked how much waits for these, queues or coordinators; for all others it does.
     */
    public void hide(String... names) {
        hidden = Set.of(names);
    }

    void requireAnswer(String name) throws TransportException {
        if (hidden.contains(name)) {
            throw new TransportException("the broker does not answer for " + name);
        }
    }

    /** All records of a topic so far, partition by partition, in order. For assertions. */
    public List<Incoming> records(Topic topic) {
        lock.lock();
        try {
            List<Incoming> all = new ArrayList<>();
            log(topic).forEach(partition -> partition.forEach(entry -> entry.ifPresent(all::add)));
            return all;
        } finally {
            lock.unlock();
        }
    }

    MemoryQueue queue(Topic topic) {
        MemoryQueue queue = queues.get(topic);
        if (queue == null) {
            throw new IllegalArgumentException("topic must be a work queue: " + topic);
        }
        return queue;
    }

    MemoryGroup group(String name) {
        return groups.computeIfAbsent(name, key -> new MemoryGroup(this));
    }

    int partitionOf(String key) {
        return Math.floorMod(key.hashCode() * 0x9E3779B9, partitions);
    }

    void append(Iterable<Outgoing> records, boolean transactional) {
        lock.lock();
        try {
            Set<List<Optional<Incoming>>> written = Collections.newSetFromMap(new IdentityHashMap<>());
            Instant now = Instant.now();
            for (Outgoing record : records) {
                int partition = partitionOf(record.key());
                List<Optional<Incoming>> log = log(record.topic()).get(partition);
                Incoming incoming = new Incoming(
                        record.topic(), partition, log.size(), record.key(), record.value(), record.headers(), now);
                log.add(Optional.of(incoming));
                written.add(log);
                if (record.topic().kind() == Topic.Kind.WORK_QUEUE) {
                    queue(record.topic()).add(incoming);
                }
            }
            if (transactional) {
                written.forEach(log -> log.add(Optional.empty()));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The offset behind the last entry. Call with the lock held. */
    long end(Topic topic, int partition) {
        return log(topic).get(partition).size();
    }

    /** The entry at an offset; null for a transaction's mark. Call with the lock held. */
    @Nullable
    Incoming entry(Topic topic, int partition, long offset) {
        return log(topic).get(partition).get((int) offset).orElse(null);
    }

    /** What lies behind these offsets, by partition. */
    Pending pending(Topic topic, IntToLongFunction from) {
        lock.lock();
        try {
            long records = 0;
            Instant oldest = Instant.MAX;
            for (int partition = 0; partition < partitions; partition++) {
                List<Optional<Incoming>> log = log(topic).get(partition);
                for (int offset = (int) from.applyAsLong(partition); offset < log.size(); offset++) {
                    if (log.get(offset).isPresent()) {
                        records++;
                        Instant at = log.get(offset).get().writtenAt();
                        oldest = at.isBefore(oldest) ? at : oldest;
                    }
                }
            }
            return new Pending(records, records == 0 ? Optional.empty() : Optional.of(oldest));
        } finally {
            lock.unlock();
        }
    }

    private List<List<Optional<Incoming>>> log(Topic topic) {
        return Objects.requireNonNull(logs.get(topic), "every topic has a log");
    }
}
