package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of {@link Transport} share: what is closed after each test, and short ways to say things. */
public abstract class TransportFixture {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    Transport transport = new MemoryTransport();

    /** Makes an empty log, which the transports opened from then on share. */
    protected abstract void newLog() throws Exception;

    /** A transport of an instance. */
    protected abstract Transport open(String instance) throws Exception;

    /** How long a task may be held without renewal. */
    protected abstract Duration taskLock();

    @BeforeEach
    void openFirst() throws Exception {
        newLog();
        transport = opened("first");
        transport.createTopics();
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    final Transport opened(String instance) throws Exception {
        return closing(open(instance));
    }

    final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    /** Publishes outside of any transaction. */
    protected final void publish(Stream<Outgoing> records) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(records.toList());
        }
    }

    final void awaitBacklog(long expected) throws Exception {
        awaitBacklogBelow(expected + 1, () -> true);
    }

    final void awaitBacklogBelow(long bound, BooleanSupplier before) throws Exception {
        Await.until("the task was handled", before);
        long deadline = System.nanoTime() + Await.PATIENCE.toNanos();
        while (transport.backlog(Topic.CHUNK_TASKS) >= bound) {
            assertThat(System.nanoTime())
                    .as("backlog %s", transport.backlog(Topic.CHUNK_TASKS))
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    static Stream<Outgoing> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> record(Topic.CHUNK_TASKS, "plan/" + i, "task-" + i));
    }

    static Stream<Outgoing> keys(int count, String value) {
        return IntStream.range(0, count).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i, value));
    }

    protected static Outgoing record(Topic topic, String key, String value) {
        return Outgoing.of(topic, key, bytes(value));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(Incoming record) {
        return record.value()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("(tombstone)");
    }

    static String value(Outgoing record) {
        return record.value()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("(tombstone)");
    }

    static String coordinates(Incoming record) {
        return record.topic() + "/" + record.partition() + "/" + record.offset();
    }

    interface Decision {
        Iterable<Outgoing> decide(Incoming record, boolean replaying);
    }

    static LogHandler handler(Decision decision) {
        return new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                return decision.decide(record, replaying);
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };
    }
}
