package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A transport in memory with the semantics of the real one; instances that share a {@link MemoryBroker} are a fleet.
 * Partitions, replay, transactions, rebalancing and redelivery are real; durability is not.
 */
public final class MemoryTransport implements Transport {
    /** Kafka's default. */
    private static final int MAX_RECORD_BYTES = 1 << 20;

    private final MemoryBroker broker;
    private final String instance;
    private final AtomicInteger slots = new AtomicInteger();

    /** An instance with a broker of its own and no faults. */
    public MemoryTransport() {
        this(new MemoryBroker(), "memory");
    }

    MemoryTransport(MemoryBroker broker, String instance) {
        this.broker = broker;
        this.instance = instance;
    }

    public MemoryBroker broker() {
        return broker;
    }

    @Override
    public void createTopics() {}

    @Override
    public Publisher publisher() {
        return new Publisher() {
            @Override
            public void publish(List<Outgoing> records) throws TransportException, InterruptedException {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted before publishing " + records.size() + " records");
                }
                for (Outgoing record : records) {
                    int bytes = record.value().map(value -> value.length).orElse(0);
                    if (bytes > MAX_RECORD_BYTES) {
                        throw new OversizedRecordException("a record of " + bytes + " bytes for "
                                + record.topic().baseName() + " is larger than " + MAX_RECORD_BYTES);
                    }
                }
                broker.append(records, false);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public MemoryCoordinator process(String name, Set<Topic> topics, boolean replay, LogHandler handler) {
        return new MemoryCoordinator(broker, name, instance, topics, replay, handler);
    }

    @Override
    public MemorySlot work(Topic queue, TaskHandler handler) {
        String name = queue.baseName() + "-" + instance + "-" + slots.incrementAndGet();
        return new MemorySlot(name, instance, broker.queue(queue), handler);
    }

    @Override
    public View view(Topic topic, Instant since, Consumer<Incoming> listener) {
        return new MemoryView(broker, instance, topic, record -> {
            if (!record.writtenAt().isBefore(since)) {
                listener.accept(record);
            }
        });
    }

    @Override
    public void read(Topic topic, int partition, long firstOffset, long lastOffset, Consumer<Incoming> reader)
            throws TransportException {
        for (long offset = firstOffset; offset <= lastOffset; offset++) {
            Incoming record;
            broker.lock.lock();
            try {
                if (offset >= broker.end(topic, partition)) {
                    throw new TransportException("Cannot read topic " + topic.baseName() + " partition " + partition
                            + " to offset " + lastOffset + ": the log ends at " + broker.end(topic, partition));
                }
                record = broker.entry(topic, partition, offset);
            } finally {
                broker.lock.unlock();
            }
            if (record != null) {
                reader.accept(record);
            }
        }
    }

    @Override
    public long backlog(Topic queue) {
        return broker.queue(queue).backlog();
    }

    @Override
    public Pending pending(String coordinator, Set<Topic> topics) throws TransportException {
        broker.requireAnswer(coordinator);
        broker.lock.lock();
        try {
            MemoryGroup group = broker.group(coordinator);
            Pending all = Pending.NONE;
            for (Topic topic : topics) {
                Pending one = broker.pending(topic, partition -> group.committed(topic, partition));
                all = new Pending(
                        all.records() + one.records(),
                        Stream.of(all.oldest(), one.oldest())
                                .flatMap(Optional::stream)
                                .min(Comparator.naturalOrder()));
            }
            return all;
        } finally {
            broker.lock.unlock();
        }
    }

    @Override
    public QueueState queue(Topic queue) throws TransportException {
        broker.requireAnswer(queue.baseName());
        return broker.queue(queue).state();
    }

    /** Closes nothing: what was opened is closed by its owner. */
    @Override
    public void close() {}
}
