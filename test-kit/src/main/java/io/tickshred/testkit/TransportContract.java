package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} does. A test of an implementation extends it and says how to open one. */
public abstract class TransportContract {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Transport transport = new MemoryTransport();

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

    private Transport opened(String instance) throws Exception {
        return closing(open(instance));
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    // --- logs and coordinators

    @Test
    void recordsOfAKeyStayInOrderInOnePartition() throws Exception {
        Log seen = new Log();
        publish(IntStream.range(0, 300).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i % 10, "" + i)));

        closing(transport.process("order", Set.of(Topic.CHUNK_RESULTS), false, seen));
        seen.awaitCount(300);

        seen.byKey().forEach((key, records) -> {
            assertThat(records.stream().map(Incoming::partition).distinct())
                    .as(key)
                    .hasSize(1);
            assertThat(records.stream().map(r -> Integer.parseInt(text(r))))
                    .as(key)
                    .isSorted()
                    .hasSize(30);
        });
        assertThat(seen.records.stream().map(Incoming::partition).distinct().count())
                .isGreaterThan(1);
    }

    @Test
    void headersEmptyKeysAndTombstonesArriveAsTheyWere() throws Exception {
        Log seen = new Log();
        publish(Stream.of(
                new Outgoing(Topic.DEAD_LETTERS, "k", Optional.of(bytes("v")), Map.of("reason", "because é")),
                Outgoing.tombstone(Topic.DEAD_LETTERS, "k"),
                record(Topic.DEAD_LETTERS, "", "no key")));

        closing(transport.process("headers", Set.of(Topic.DEAD_LETTERS), false, seen));
        seen.awaitCount(3);

        List<Incoming> ofKey = seen.byKey().getOrDefault("k", List.of());
        assertThat(ofKey.get(0).headers()).containsExactlyEntriesOf(Map.of("reason", "because é"));
        assertThat(ofKey.get(0).topic()).isEqualTo(Topic.DEAD_LETTERS);
        assertThat(ofKey.get(1).value()).isEmpty();
        assertThat(seen.byKey().getOrDefault("", List.of()).stream().map(TransportContract::text))
                .containsExactly("no key");
    }

    @Test
    void aRecordThatIsTooLargeIsRefusedAsSuchAndOthersGoOn() throws Exception {
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        Log seen = new Log();
        closing(transport.process("large", Set.of(Topic.CHUNK_RESULTS), false, seen));

        try (Publisher publisher = transport.publisher()) {
            assertThatThrownBy(() -> publisher.publish(List.of(Outgoing.of(Topic.CHUNK_RESULTS, "k", large))))
                    .isInstanceOf(OversizedRecordException.class)
                    .hasMessageContaining("" + large.length)
                    .hasMessageContaining("chunk-results");
            publisher.publish(List.of(record(Topic.CHUNK_RESULTS, "k", "small")));
        }

        seen.awaitCount(1);
        assertThat(seen.records.stream().map(TransportContract::text)).containsExactly("small");
    }

    @Test
    void anInstanceGetsTheSamePartitionOfEachTopic() throws Exception {
        Log first = new Log();
        Log second = new Log();
        Set<Topic> topics = Set.of(Topic.CHUNK_RESULTS, Topic.DAY_COMPLETE);
        Transport other = opened("second");
        closing(transport.process("co", topics, true, first));
        closing(other.process("co", topics, true, second));

        // Partitions are shared out in their own time: go on until both instances have seen some.
        int rounds = 0;
        while (first.live().isEmpty() || second.live().isEmpty() || rounds < 3) {
            assertThat(rounds++).as("rounds until both instances had records").isLessThan(300);
            publish(IntStream.range(0, 40)
                    .boxed()
                    .flatMap(i -> Stream.of(
                            record(Topic.CHUNK_RESULTS, "key-" + i, "result"),
                            record(Topic.DAY_COMPLETE, "key-" + i, "day"))));
            Thread.sleep(100);
        }
        int total = rounds * 80;
        Await.until(
                "all records handled once",
                () -> first.live().size() + second.live().size() >= total,
                () -> first.live().size() + " + " + second.live().size() + " of " + total);

        assertThat(Stream.concat(first.live().stream(), second.live().stream()).map(TransportContract::coordinates))
                .hasSize(total)
                .doesNotHaveDuplicates();
        Map<String, Set<Integer>> partitionsOfKey = Stream.concat(first.live().stream(), second.live().stream())
                .collect(Collectors.groupingBy(
                        Incoming::key, Collectors.mapping(Incoming::partition, Collectors.toSet())));
        assertThat(partitionsOfKey.values())
                .allSatisfy(partitions -> assertThat(partitions).hasSize(1));
    }

    @Test
    void outputOfAFailedTransactionIsNeverSeen() throws Exception {
        Log sink = new Log();
        AtomicInteger failures = new AtomicInteger();
        Set<String> failed = ConcurrentHashMap.newKeySet();
        LogHandler failing = handler((record, replaying) -> () -> {
            List<Outgoing> output = List.of(
                    record(Topic.DAY_COMPLETE, record.key(), text(record) + "a"),
                    record(Topic.DAY_COMPLETE, record.key(), text(record) + "b"));
            boolean fails = text(record).endsWith("7") && failed.add(text(record));
            return output.stream()
                    .peek(out -> {
                        if (fails && value(out).endsWith("b")) {
                            failures.incrementAndGet();
                            throw new IllegalStateException("crash between the first output and the commit");
                        }
                    })
                    .iterator();
        });
        publish(IntStream.range(0, 40).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i % 5, "" + i)));

        closing(transport.process("failing", Set.of(Topic.CHUNK_RESULTS), false, failing));
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, sink));
        sink.awaitCount(80);
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key-0", "last")));
        sink.awaitCount(82);

        assertThat(failures).hasValue(4);
        assertThat(sink.live().stream().map(TransportContract::text))
                .hasSize(82)
                .doesNotHaveDuplicates();
    }

    @Test
    void replayRebuildsStateAndPublishesNothingAgain() throws Exception {
        Counter first = new Counter();
        Log sink = new Log();
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, sink));
        publish(IntStream.range(0, 20).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i % 2, "" + i)));
        Transport.Running running = transport.process("counter", Set.of(Topic.CHUNK_RESULTS), true, first);
        sink.awaitCount(20);
        running.close();

        Counter second = new Counter();
        closing(opened("second").process("counter", Set.of(Topic.CHUNK_RESULTS), true, second));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key-0", "20"), record(Topic.CHUNK_RESULTS, "key-1", "21")));
        sink.awaitCount(22);

        assertThat(second.replayed).hasValue(20);
        assertThat(sink.live().stream().map(TransportContract::text))
                .hasSize(22)
                .doesNotHaveDuplicates()
                .contains("key-0=11", "key-1=11");
    }

    @Test
    void withoutReplayAnInstanceGoesOnWhereTheLastOneStopped() throws Exception {
        Log first = new Log();
        publish(IntStream.range(0, 10).mapToObj(i -> record(Topic.PLAN_REQUESTS, "key", "" + i)));
        Transport.Running running = transport.process("requests", Set.of(Topic.PLAN_REQUESTS), false, first);
        first.awaitCount(10);
        running.close();

        Log second = new Log();
        closing(transport.process("requests", Set.of(Topic.PLAN_REQUESTS), false, second));
        publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "10")));
        second.awaitCount(1);

        assertThat(second.records.stream().map(TransportContract::text)).containsExactly("10");
        assertThat(running.alive()).isTrue();
    }

    @Test
    void aRecordThatCannotBeHandledIsTriedAgainWhileOtherPartitionsGoOn() throws Exception {
        Counter counter = new Counter();
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch repaired = new CountDownLatch(1);
        Log sink = new Log();
        LogHandler failing = new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                Iterable<Outgoing> output = counter.handle(record, replaying);
                if (text(record).equals("bad") && repaired.getCount() > 0) {
                    attempts.incrementAndGet();
                    throw new IllegalStateException("cannot read this");
                }
                return output;
            }

            @Override
            public void forget(Topic topic, int partition) {
                counter.forget(topic, partition);
            }
        };
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, sink));
        publish(Stream.of(
                record(Topic.CHUNK_RESULTS, "k0", "1"),
                record(Topic.CHUNK_RESULTS, "k0", "2"),
                record(Topic.CHUNK_RESULTS, "k0", "bad"),
                record(Topic.CHUNK_RESULTS, "k0", "4")));
        publish(IntStream.range(1, 40).mapToObj(i -> record(Topic.CHUNK_RESULTS, "k" + i, "" + i)));

        Transport.Running running = closing(transport.process("counter", Set.of(Topic.CHUNK_RESULTS), true, failing));
        Await.until("three attempts", () -> attempts.get() >= 3, attempts::get);
        Await.until(
                "keys of other partitions are done",
                () -> IntStream.range(1, 40)
                                .filter(i -> sink.byKey().containsKey("k" + i))
                                .count()
                        >= 20,
                () -> sink.byKey().keySet());
        Optional<String> trouble = running.trouble();
        repaired.countDown();
        sink.awaitCount(43);

        assertThat(running.alive()).isTrue();
        assertThat(trouble).hasValueSatisfying(text -> assertThat(text)
                .contains("partition=", "offset=", "key=k0", "cannot read this"));
        assertThat(sink.byKey().getOrDefault("k0", List.of()).stream().map(TransportContract::text))
                .containsExactly("k0=1", "k0=2", "k0=3", "k0=4");
        Await.until("trouble is over", () -> running.trouble().isEmpty(), running::trouble);
    }

    @Test
    void partitionsOfAnInstanceThatLeavesGoToAnother() throws Exception {
        Counter first = new Counter();
        Counter second = new Counter();
        Log sink = new Log();
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, sink));
        Transport.Running leaving = transport.process("counter", Set.of(Topic.CHUNK_RESULTS), true, first);
        publish(keys(20, "one"));
        sink.awaitCount(20);
        closing(opened("second").process("counter", Set.of(Topic.CHUNK_RESULTS), true, second));
        publish(keys(20, "two"));
        sink.awaitCount(40);

        leaving.close();
        publish(keys(20, "three"));
        sink.awaitCount(60);

        assertThat(sink.live().stream().map(TransportContract::text))
                .hasSize(60)
                .doesNotHaveDuplicates()
                .contains("key-0=3", "key-19=3");
        assertThat(first.state).as("state of partitions taken away").isEmpty();
    }

    @Test
    void aRecordMayHaveManyOutputs() throws Exception {
        int outputs = 20_000;
        AtomicInteger seen = new AtomicInteger();
        Set<String> distinct = ConcurrentHashMap.newKeySet();
        LogHandler many = handler((record, replaying) -> () -> IntStream.range(0, outputs)
                .mapToObj(i -> record(Topic.DAY_COMPLETE, "key-" + i, "" + i))
                .iterator());
        publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "go")));

        closing(transport.process("many", Set.of(Topic.PLAN_REQUESTS), false, many));
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, handler((record, replaying) -> {
            seen.incrementAndGet();
            distinct.add(text(record));
            return List.of();
        })));

        Await.until("all output", () -> distinct.size() == outputs, distinct::size);
        assertThat(seen).hasValue(outputs);
    }

    // --- work queues

    @Test
    void eachTaskIsWorkedOnOnce() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        Transport other = opened("second");
        publish(tasks(60));

        for (Transport each : List.of(transport, transport, other, other)) {
            closing(each.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                done.add(delivery + ":" + text(task));
                return Outcome.ACCEPT;
            }));
        }
        Await.until("60 tasks", () -> done.size() >= 60, done::size);
        awaitBacklog(0);

        assertThat(done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 60).mapToObj(i -> "1:task-" + i).toList());
    }

    @Test
    void aReleasedTaskIsDeliveredAgainAndCounted() throws Exception {
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));

        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            return delivery < 3 ? Outcome.RELEASE : Outcome.ACCEPT;
        }));
        Await.until("third delivery", () -> deliveries.size() >= 3, () -> deliveries);
        awaitBacklog(0);

        assertThat(deliveries).containsExactly(1, 2, 3);
    }

    @Test
    void aTaskWhoseHandlerThrowsIsDeliveredAgain() throws Exception {
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));

        Transport.Slot slot = closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            if (delivery == 1) {
                throw new IllegalStateException("a bug");
            }
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> deliveries.size() >= 2);

        assertThat(deliveries).containsExactly(1, 2);
        assertThat(slot.alive()).isTrue();
    }

    @Test
    void aTaskThatTakesLongerThanItsLockIsNotDeliveredTwice() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        publish(tasks(2));

        for (Transport each : List.of(transport, opened("second"))) {
            for (int slot = 0; slot < 2; slot++) {
                closing(each.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    Thread.sleep(taskLock().multipliedBy(2).plusMillis(500).toMillis());
                    done.add(delivery + ":" + text(task));
                    return Outcome.ACCEPT;
                }));
            }
        }
        awaitBacklogBelow(1, () -> done.size() >= 2);

        assertThat(done).containsExactlyInAnyOrder("1:task-0", "1:task-1");
    }

    @Test
    void aSlotClosedInTheMiddleOfATaskGivesItBack() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));
        Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            try {
                Thread.sleep(Await.PATIENCE.toMillis() * 2);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Outcome.ACCEPT;
        });
        await(begun);

        slot.drain();
        boolean idle = slot.awaitIdle(Duration.ofMillis(100));
        slot.close();
        closing(opened("second").work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> !deliveries.isEmpty());

        assertThat(idle).isFalse();
        assertThat(interrupted.getCount()).isZero();
        // More than two when the closing slot was handed the task once more before it was gone.
        assertThat(deliveries).singleElement().satisfies(delivery -> assertThat(delivery)
                .isGreaterThanOrEqualTo(2));
    }

    @Test
    void aDrainedSlotFinishesItsTaskAndTakesNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> second = new CopyOnWriteArrayList<>();
        publish(tasks(1));
        Transport.Slot slot = closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            finish.await();
            first.add(text(task));
            return Outcome.ACCEPT;
        }));
        await(begun);

        slot.drain();
        finish.countDown();
        boolean idle = slot.awaitIdle(Await.PATIENCE);
        publish(Stream.of(record(Topic.CHUNK_TASKS, "later", "later")));
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            second.add(text(task));
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> !second.isEmpty());

        assertThat(idle).isTrue();
        assertThat(first).containsExactly("task-0");
        assertThat(second).containsExactly("later");
    }

    @Test
    void theBacklogCountsTasksWaitingAndInFlight() throws Exception {
        publish(tasks(10));
        long unread = transport.backlog(Topic.CHUNK_TASKS);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            finish.await();
            return Outcome.ACCEPT;
        }));
        await(begun);
        long inFlight = transport.backlog(Topic.CHUNK_TASKS);
        finish.countDown();
        awaitBacklog(0);

        assertThat(unread).isEqualTo(10);
        assertThat(inFlight).isEqualTo(10);
        assertThat(transport.backlog(Topic.BATCH_TASKS)).isZero();
    }

    @Test
    void whatIsPendingInAQueueIsAsOldAsItsOldestTask() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        publish(Stream.of(record(Topic.CHUNK_TASKS, "first", "first")));
        Instant between = Instant.now();
        Pending one = transport.pending(Topic.CHUNK_TASKS);
        Thread.sleep(20);
        publish(tasks(3));
        Pending four = transport.pending(Topic.CHUNK_TASKS);
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> Outcome.ACCEPT));
        awaitBacklog(0);

        assertThat(one.records()).isEqualTo(1);
        assertThat(one.oldest().orElseThrow()).isBetween(before, between);
        assertThat(four).isEqualTo(new Pending(4, one.oldest()));
        assertThat(transport.pending(Topic.CHUNK_TASKS)).isEqualTo(Pending.NONE);
    }

    @Test
    void whatIsPendingForACoordinatorIsWhatItHasNotHandled() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "a", "1"), record(Topic.CHUNK_RESULTS, "b", "2")));
        Instant after = Instant.now();
        Pending neverRun = transport.pending("behind", Set.of(Topic.CHUNK_RESULTS));
        AtomicInteger handled = new AtomicInteger();
        try (Transport.Running running =
                transport.process("behind", Set.of(Topic.CHUNK_RESULTS), false, handler((record, replaying) -> {
                    handled.incrementAndGet();
                    return List.of(record(Topic.CHUNK_TASKS, record.key(), "task"));
                }))) {
            Await.until("both handled", () -> handled.get() == 2, handled::get);
        }

        assertThat(neverRun.records()).isEqualTo(2);
        assertThat(neverRun.oldest().orElseThrow()).isBetween(before, after);
        assertThat(transport.pending("behind", Set.of(Topic.CHUNK_RESULTS)))
                .as("once it has handled all and left")
                .isEqualTo(Pending.NONE);
    }

    @Test
    void tasksPublishedByACoordinatorAreWorkedOnOnce() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "go")));

        closing(transport.process(
                "planner",
                Set.of(Topic.PLAN_REQUESTS),
                false,
                handler((r, replaying) -> () -> tasks(25).iterator())));
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            done.add(text(task));
            return Outcome.ACCEPT;
        }));
        Await.until("25 tasks", () -> done.size() >= 25, done::size);
        awaitBacklog(0);

        assertThat(done).hasSize(25).doesNotHaveDuplicates();
    }

    // --- views and ranges

    @Test
    void aViewHearsAllThatWasCommittedBeforeItCaughtUp() throws Exception {
        publish(IntStream.range(0, 100).mapToObj(i -> record(Topic.DAY_STATUS, "day-" + i % 20, "" + i)));
        publish(Stream.of(Outgoing.tombstone(Topic.DAY_STATUS, "day-3")));
        Map<String, String> table = new ConcurrentHashMap<>();
        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> record.value()
                .ifPresentOrElse(
                        value -> table.put(record.key(), new String(value, StandardCharsets.UTF_8)),
                        () -> table.remove(record.key()))));

        boolean caughtUp = view.awaitCaughtUp(Await.PATIENCE);
        Map<String, String> atFirst = Map.copyOf(table);
        publish(Stream.of(record(Topic.DAY_STATUS, "day-3", "again"), Outgoing.tombstone(Topic.DAY_STATUS, "day-4")));
        view.awaitCaughtUp(Await.PATIENCE);

        assertThat(caughtUp).isTrue();
        assertThat(atFirst).hasSize(19).containsEntry("day-19", "99").doesNotContainKey("day-3");
        assertThat(table).hasSize(19).containsEntry("day-3", "again").doesNotContainKey("day-4");
        assertThat(view.alive()).isTrue();
    }

    @Test
    void aViewOutlivesARecordThatItsListenerCannotRead() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        publish(Stream.of("1", "bad", "3").map(text -> record(Topic.DAY_STATUS, "day", text)));

        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> {
            if (text(record).equals("bad")) {
                throw new IllegalStateException("unreadable");
            }
            heard.add(text(record));
        }));
        view.awaitCaughtUp(Await.PATIENCE);

        assertThat(heard).containsExactly("1", "3");
        assertThat(view.trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble).contains("key=day", "unreadable"));
    }

    @Test
    void whatIsToldToEndTakesNothingFurtherAndIsNotTakenForDead() throws Exception {
        Log handled = new Log();
        List<String> heard = new CopyOnWriteArrayList<>();
        Transport.Running coordinator = closing(transport.process("sink", Set.of(Topic.CHUNK_RESULTS), false, handled));
        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> heard.add(text(record))));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "before"), record(Topic.DAY_STATUS, "day", "before")));
        handled.awaitCount(1);
        Await.until("the view hears it", () -> heard.size() == 1);

        Transport.Running.closeAll(List.of(coordinator, view));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "after"), record(Topic.DAY_STATUS, "day", "after")));
        Log successor = new Log();
        closing(transport.process("sink", Set.of(Topic.CHUNK_RESULTS), false, successor));
        successor.awaitCount(1);

        assertThat(successor.records.stream().map(TransportContract::text)).containsExactly("after");
        assertThat(handled.records.stream().map(TransportContract::text)).containsExactly("before");
        assertThat(heard).containsExactly("before");
        assertThat(coordinator.alive()).isTrue();
        assertThat(view.alive()).isTrue();
    }

    @Test
    void aRangeIsReadWithoutWhatLiesOutsideOfIt() throws Exception {
        Log seen = new Log();
        // Through a coordinator, so that transactions leave their marks between the records.
        LogHandler copy =
                handler((record, replaying) -> List.of(record(Topic.BATCH_RESULTS, record.key(), text(record))));
        closing(transport.process("copy", Set.of(Topic.CHUNK_RESULTS), false, copy));
        closing(transport.process("sink", Set.of(Topic.BATCH_RESULTS), false, seen));
        for (int i = 0; i < 10; i++) {
            publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "" + i)));
            seen.awaitCount(i + 1);
        }
        int partition = seen.records.get(0).partition();
        List<Long> offsets = seen.records.stream().map(Incoming::offset).toList();

        assertThat(range(partition, offsets.get(2), offsets.get(7))).containsExactly("2", "3", "4", "5", "6", "7");
        assertThat(range(partition, offsets.get(9), offsets.get(9))).containsExactly("9");
        assertThat(range(partition, 0, offsets.get(9))).hasSize(10);
        assertThat(range(partition, offsets.get(4), offsets.get(5) - 1))
                .startsWith("4")
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aRangeThatTheLogDoesNotHoldIsAnError() throws Exception {
        publish(Stream.of(record(Topic.BATCH_RESULTS, "key", "1")));

        assertThatThrownBy(() -> transport.read(Topic.BATCH_RESULTS, 0, 0, 1_000_000, record -> {}))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("batch-results")
                .hasMessageContaining("1000000");
    }

    private List<String> range(int partition, long first, long last) throws Exception {
        List<String> read = new ArrayList<>();
        transport.read(Topic.BATCH_RESULTS, partition, first, last, record -> read.add(text(record)));
        return read;
    }

    // --- means

    /** Publishes outside of any transaction. */
    protected final void publish(Stream<Outgoing> records) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(records.toList());
        }
    }

    private void awaitBacklog(long expected) throws Exception {
        awaitBacklogBelow(expected + 1, () -> true);
    }

    private void awaitBacklogBelow(long bound, BooleanSupplier before) throws Exception {
        Await.until("the task was handled", before);
        long deadline = System.nanoTime() + Await.PATIENCE.toNanos();
        while (transport.backlog(Topic.CHUNK_TASKS) >= bound) {
            assertThat(System.nanoTime())
                    .as("backlog %s", transport.backlog(Topic.CHUNK_TASKS))
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static Stream<Outgoing> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> record(Topic.CHUNK_TASKS, "plan/" + i, "task-" + i));
    }

    private static Stream<Outgoing> keys(int count, String value) {
        return IntStream.range(0, count).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i, value));
    }

    protected static Outgoing record(Topic topic, String key, String value) {
        return Outgoing.of(topic, key, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(Incoming record) {
        return record.value()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("(tombstone)");
    }

    private static String value(Outgoing record) {
        return record.value()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("(tombstone)");
    }

    private static String coordinates(Incoming record) {
        return record.topic() + "/" + record.partition() + "/" + record.offset();
    }

    private interface Decision {
        Iterable<Outgoing> decide(Incoming record, boolean replaying);
    }

    private static LogHandler handler(Decision decision) {
        return new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                return decision.decide(record, replaying);
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };
    }

    /** Keeps what it hears and publishes nothing. */
    private static final class Log implements LogHandler {
        final List<Incoming> records = new CopyOnWriteArrayList<>();
        private final Set<String> replayedRecords = ConcurrentHashMap.newKeySet();

        @Override
        public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
            if (replaying) {
                replayedRecords.add(coordinates(record));
            } else {
                records.add(record);
            }
            return List.of();
        }

        @Override
        public void forget(Topic topic, int partition) {}

        List<Incoming> live() {
            return List.copyOf(records);
        }

        Map<String, List<Incoming>> byKey() {
            return live().stream().collect(Collectors.groupingBy(Incoming::key));
        }

        void awaitCount(int count) throws InterruptedException {
            Await.until(count + " records", () -> records.size() >= count, records::size);
        }
    }

    /**
     * Counts records of each key and publishes the count: wrong as soon as state is lost or kept where it must not be.
     */
    private static final class Counter implements LogHandler {
        final Map<Integer, Map<String, Integer>> state = new ConcurrentHashMap<>();
        final AtomicInteger replayed = new AtomicInteger();

        @Override
        public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
            int count = state.computeIfAbsent(record.partition(), partition -> new ConcurrentHashMap<>())
                    .merge(record.key(), 1, Integer::sum);
            if (replaying) {
                replayed.incrementAndGet();
            }
            return List.of(record(Topic.DAY_COMPLETE, record.key(), record.key() + "=" + count));
        }

        @Override
        public void forget(Topic topic, int partition) {
            state.remove(partition);
        }
    }
}
