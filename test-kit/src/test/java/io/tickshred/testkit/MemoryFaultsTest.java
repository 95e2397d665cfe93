package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryFaultsTest {
    private static final int TASKS = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void faultyQueuesDeliverEverythingAndSomeOfItTwice(long seed) throws Exception {
        MemoryTransport transport = new MemoryBroker(4, MemoryFaults.seeded(seed)).transport("one");
        Map<String, AtomicInteger> deliveries = new ConcurrentHashMap<>();
        transport.publisher().publish(tasks());

        List<MemorySlot> slots = IntStream.range(0, 4)
                .mapToObj(i -> transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    deliveries
                            .computeIfAbsent(task.key(), key -> new AtomicInteger())
                            .incrementAndGet();
                    return Outcome.ACCEPT;
                }))
                .toList();
        Await.until("seed " + seed + ": backlog is gone", () -> transport.backlog(Topic.CHUNK_TASKS) == 0);
        slots.forEach(MemorySlot::close);

        assertThat(deliveries).as("seed %s", seed).hasSize(TASKS);
        // Each task misses both faults with 0.81: that 200 all do happens once in 10^18 runs.
        assertThat(deliveries.values().stream().mapToInt(AtomicInteger::get).sum())
                .as("seed %s", seed)
                .isGreaterThan(TASKS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void abortedTransactionsAreHandledAgainAndSeenOnce(long seed) throws Exception {
        MemoryBroker broker = new MemoryBroker(4, MemoryFaults.seeded(seed));
        MemoryTransport transport = broker.transport("one");
        AtomicInteger handled = new AtomicInteger();
        transport
                .publisher()
                .publish(IntStream.range(0, TASKS)
                        .mapToObj(i -> Outgoing.of(Topic.CHUNK_RESULTS, "key-" + i, new byte[0]))
                        .toList());

        try (MemoryCoordinator running =
                transport.process("copy", Set.of(Topic.CHUNK_RESULTS), false, new LogHandler() {
                    @Override
                    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                        handled.incrementAndGet();
                        return List.of(Outgoing.of(Topic.DAY_COMPLETE, record.key(), new byte[0]));
                    }

                    @Override
                    public void forget(Topic topic, int partition) {}
                })) {
            Await.until(
                    "seed " + seed + ": all output",
                    () -> broker.records(Topic.DAY_COMPLETE).size() >= TASKS);
            assertThat(running.alive()).isTrue();
        }

        assertThat(broker.records(Topic.DAY_COMPLETE).stream().map(Incoming::key))
                .as("seed %s", seed)
                .hasSize(TASKS)
                .doesNotHaveDuplicates();
        assertThat(handled.get()).as("seed %s", seed).isGreaterThan(TASKS);
    }

    @Test
    void theTaskOfAKilledSlotComesBackAndItsZombieIsIgnored() throws Exception {
        MemoryTransport transport = new MemoryTransport();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch zombieMayEnd = new CountDownLatch(1);
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        transport.publisher().publish(tasks().subList(0, 1));
        MemorySlot dying = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            while (zombieMayEnd.getCount() > 0) {
                Thread.onSpinWait();
            }
            return Outcome.ACCEPT;
        });
        begun.await();

        dying.kill();
        MemorySlot other = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            return Outcome.RELEASE;
        });
        Await.until("delivered again", () -> deliveries.size() >= 2, () -> deliveries);
        zombieMayEnd.countDown();
        dying.close();
        other.close();

        assertThat(deliveries).startsWith(2, 3);
        assertThat(transport.backlog(Topic.CHUNK_TASKS)).isEqualTo(1);
    }

    private static List<Outgoing> tasks() {
        return IntStream.range(0, TASKS)
                .mapToObj(i -> Outgoing.of(Topic.CHUNK_TASKS, "plan/" + i, new byte[0]))
                .toList();
    }
}
