package io.tickshred.transport.metered;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSection;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A transport that counts the records of each topic. Closing it closes the one within. */
public final class MeteredTransport implements Transport {
    private final Transport transport;
    private final RecordMetrics metrics;

    public MeteredTransport(Transport transport, MeterRegistry registry) {
        this.transport = transport;
        this.metrics = new RecordMetrics(registry);
    }

    /** What it counts. */
    public static MeterSection meters() {
        return RecordMetrics.SECTION;
    }

    @Override
    public void createTopics() throws TransportException, InterruptedException {
        transport.createTopics();
    }

    @Override
    public Publisher publisher() {
        Publisher publisher = transport.publisher();
        return new Publisher() {
            @Override
            public void publish(List<Outgoing> records) throws TransportException, InterruptedException {
                publisher.publish(records);
                records.forEach(metrics::published);
            }

            @Override
            public void close() {
                publisher.close();
            }
        };
    }

    @Override
    public Running process(String name, Set<Topic> topics, boolean replay, LogHandler handler) {
        return transport.process(name, topics, replay, new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) throws InterruptedException {
                Iterable<Outgoing> output = handler.handle(record, replaying);
                if (replaying) {
                    return output;
                }
                metrics.handled(record.topic());
                return () -> counted(output.iterator());
            }

            @Override
            public void forget(Topic topic, int partition) {
                handler.forget(topic, partition);
            }
        });
    }

    private Iterator<Outgoing> counted(Iterator<Outgoing> records) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return records.hasNext();
            }

            @Override
            public Outgoing next() {
                Outgoing record = records.next();
                metrics.published(record);
                return record;
            }
        };
    }

    @Override
    public Slot work(Topic queue, TaskHandler handler) {
        return transport.work(queue, handler);
    }

    @Override
    public View view(Topic topic, Instant since, Consumer<Incoming> listener) {
        return transport.view(topic, since, listener);
    }

    @Override
    public void read(Topic topic, int partition, long firstOffset, long lastOffset, Consumer<Incoming> reader)
            throws TransportException, InterruptedException {
        transport.read(topic, partition, firstOffset, lastOffset, reader);
    }

    @Override
    public long backlog(Topic queue) throws TransportException, InterruptedException {
        return transport.backlog(queue);
    }

    @Override
    public QueueState queue(Topic queue) throws TransportException, InterruptedException {
        return transport.queue(queue);
    }

    @Override
    public Pending pending(String coordinator, Set<Topic> topics) throws TransportException, InterruptedException {
        return transport.pending(coordinator, topics);
    }

    @Override
    public void close() {
        transport.close();
    }
}
