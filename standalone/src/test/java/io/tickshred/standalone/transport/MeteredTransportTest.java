package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryBroker;
import io.tickshred.testkit.TransportContract;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.metered.MeteredTransport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeteredTransportTest extends TransportContract {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private MemoryBroker broker = new MemoryBroker();

    @Override
    protected void newLog() {
        broker = new MemoryBroker();
    }

    @Override
    protected Transport open(String instance) {
        return new MeteredTransport(broker.transport(instance), registry);
    }

    @Override
    protected Duration taskLock() {
        return Duration.ofMillis(100);
    }

    private double count(String meter, Topic topic) {
        return registry.get(meter).tag("topic", topic.baseName()).counter().count();
    }

    @Test
    void recordsAreCountedWhoeverPublishesThemAndOnceWhenTheyAreHandled() throws Exception {
        Transport transport = open("counting");
        LogHandler answering = new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                return List.of(Outgoing.of(Topic.DEAD_LETTERS, record.key(), new byte[3]));
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };

        try (Publisher publisher = transport.publisher();
                Transport.Running running =
                        transport.process("answers", Set.of(Topic.CHUNK_RESULTS), true, answering)) {
            publisher.publish(List.of(
                    Outgoing.of(Topic.CHUNK_RESULTS, "a", new byte[10]), Outgoing.tombstone(Topic.CHUNK_RESULTS, "b")));
            Await.until("answered", () -> broker.records(Topic.DEAD_LETTERS).size() == 2, () -> "not yet");
        }

        assertThat(count("tickshred.records.published", Topic.CHUNK_RESULTS)).isEqualTo(2);
        assertThat(count("tickshred.records", Topic.CHUNK_RESULTS)).isEqualTo(10);
        assertThat(count("tickshred.records.handled", Topic.CHUNK_RESULTS)).isEqualTo(2);
        assertThat(count("tickshred.records.published", Topic.DEAD_LETTERS)).isEqualTo(2);
        assertThat(count("tickshred.records", Topic.DEAD_LETTERS)).isEqualTo(6);
        assertThat(count("tickshred.records.published", Topic.DAY_STATUS)).isZero();
    }
}
