package io.tickshred.shred;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Slots;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots that are stopped while all of them work. */
class StoppedSlotsTest {
    private static final int SLOTS = 3;

    @TempDir
    Path temp;

    @Test
    void tasksAreInterruptedTogetherWhenTheTimeIsUp() throws Exception {
        CountDownLatch begun = new CountDownLatch(SLOTS);
        CountDownLatch interrupted = new CountDownLatch(SLOTS);
        AtomicInteger heardOfAll = new AtomicInteger();
        TaskHandler handler = (task, delivery) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // One that takes long to give up, until the others have heard the order too.
                interrupted.countDown();
                if (interrupted.await(5, TimeUnit.SECONDS)) {
                    heardOfAll.incrementAndGet();
                }
            }
            return TaskHandler.Outcome.RELEASE;
        };
        MemoryTransport transport = new MemoryTransport();
        WorkSettings settings = new WorkSettings(
                "worker", SLOTS, temp, DuckDbEngines.one(new MemoryBudget(64 << 20, 1)), 5, Duration.ZERO);
        Slots slots = Slots.open(transport, Topic.CHUNK_TASKS, settings, handler);
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(IntStream.range(0, SLOTS)
                    .mapToObj(i -> Outgoing.of(Topic.CHUNK_TASKS, "task-" + i, new byte[0]))
                    .toList());
        }
        assertThat(begun.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        slots.stop(Duration.ZERO);

        assertThat(heardOfAll).hasValue(SLOTS);
    }
}
