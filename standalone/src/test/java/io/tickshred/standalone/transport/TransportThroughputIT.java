package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.testkit.Await;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints rates; asserts that nothing is lost at speed. Machines differ too much to assert more. */
class TransportThroughputIT {
    private static final Logger LOG = LoggerFactory.getLogger(TransportThroughputIT.class);
    private static final int RECORDS = 20_000;
    private static final int TASKS = 400;

    @Test
    void ratesOfAnInstance(@TempDir Path directory) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
                Transport transport = new KafkaTransport(KafkaConfiguration.of(kafka.bootstrapServers()), "one")) {
            transport.createTopics();
            long begun = System.nanoTime();
            publish(transport, Topic.CHUNK_RESULTS, RECORDS);
            report("published", RECORDS, begun);

            Counter live = coordinate(transport, "handled, output committed");
            Counter replayed = coordinate(transport, "replayed");
            assertThat(live.handled).hasValue(RECORDS);
            assertThat(live.replayed).hasValue(0);
            assertThat(replayed.replayed).hasValue(RECORDS);
            assertThat(replayed.handled).hasValue(0);

            publish(transport, Topic.CHUNK_TASKS, TASKS);
            work(transport);
        }
    }

    private static Counter coordinate(Transport transport, String what) throws InterruptedException {
        Counter counter = new Counter();
        long begun = System.nanoTime();
        try (Transport.Running running = transport.process("counter", Set.of(Topic.CHUNK_RESULTS), true, counter)) {
            Await.until("all records", () -> counter.seen() == RECORDS, counter::seen);
            assertThat(running.alive()).isTrue();
        }
        report(what, RECORDS, begun);
        return counter;
    }

    private static void work(Transport transport) throws Exception {
        AtomicInteger done = new AtomicInteger();
        long begun = System.nanoTime();
        try (Transport.Slot first = slot(transport, done);
                Transport.Slot second = slot(transport, done)) {
            Await.until("all tasks", () -> done.get() >= TASKS, done::get);
            assertThat(List.of(first, second)).allMatch(Transport.Running::alive);
        }
        report("tasks of two slots", TASKS, begun);
        assertThat(done).hasValue(TASKS);
    }

    private static Transport.Slot slot(Transport transport, AtomicInteger done) {
        return transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            done.incrementAndGet();
            return Outcome.ACCEPT;
        });
    }

    private static void publish(Transport transport, Topic topic, int count) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(IntStream.range(0, count)
                    .mapToObj(i -> Outgoing.of(topic, "plan/" + i % 500, new byte[200]))
                    .toList());
        }
    }

    private static void report(String what, int count, long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        LOG.info("{}: {} in {} s, {}/s", what, count, Math.round(seconds * 100) / 100.0, Math.round(count / seconds));
    }

    /** One record out for each one in, as the ledger at its busiest. */
    private static final class Counter implements LogHandler {
        private final AtomicInteger handled = new AtomicInteger();
        private final AtomicInteger replayed = new AtomicInteger();

        int seen() {
            return handled.get() + replayed.get();
        }

        @Override
        public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
            (replaying ? replayed : handled).incrementAndGet();
            return List.of(
                    Outgoing.of(Topic.DAY_STATUS, record.key(), record.value().orElseThrow()));
        }

        @Override
        public void forget(Topic topic, int partition) {}
    }
}
