package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} does. A test of an implementation extends it and says how to open one. */
public abstract class TransportContract extends ViewContract {
    /**
     * How many of the tasks behind a long one are done while it lasts and another slot is idle: all, unless a queue has
     * partitions that belong to one slot at a time.
     */
    protected int passing(int tasksBehind) {
        return tasksBehind;
    }

    @Test
    void nothingWaitsBehindALongTaskWhileASlotIsIdle() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        TaskHandler worker = (task, delivery) -> {
            if (text(task).equals("task-0")) {
                begun.countDown();
                finish.await();
            }
            done.add(text(task));
            return Outcome.ACCEPT;
        };
        Transport other = opened("second");
        closing(transport.work(Topic.CHUNK_TASKS, worker));
        closing(other.work(Topic.CHUNK_TASKS, worker));
        publish(tasks(1));
        await(begun);

        int passing = passing(39);
        publish(tasks(40).skip(1));
        Await.until(passing + " tasks beside the long one", () -> done.size() >= passing, done::size);
        List<String> beside = List.copyOf(done);
        finish.countDown();
        awaitBacklog(0);

        assertThat(beside).doesNotContain("task-0");
        assertThat(done).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void recordsOfAKeyStayInOrderInOnePartition() throws Exception {
        HeardLog seen = new HeardLog();
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
        HeardLog seen = new HeardLog();
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
        assertThat(seen.byKey().getOrDefault("", List.of()).stream().map(TransportFixture::text))
                .containsExactly("no key");
    }

    @Test
    void aRecordThatIsTooLargeIsRefusedAsSuchAndOthersGoOn() throws Exception {
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        HeardLog seen = new HeardLog();
        closing(transport.process("large", Set.of(Topic.CHUNK_RESULTS), false, seen));

        try (Publisher publisher = transport.publisher()) {
            assertThatThrownBy(() -> publisher.publish(List.of(Outgoing.of(Topic.CHUNK_RESULTS, "k", large))))
                    .isInstanceOf(OversizedRecordException.class)
                    .hasMessageContaining("" + large.length)
                    .hasMessageContaining("chunk-results");
            publisher.publish(List.of(record(Topic.CHUNK_RESULTS, "k", "small")));
        }

        seen.awaitCount(1);
        assertThat(seen.records.stream().map(TransportFixture::text)).containsExactly("small");
    }

    @Test
    void anInstanceGetsTheSamePartitionOfEachTopic() throws Exception {
        HeardLog first = new HeardLog();
        HeardLog second = new HeardLog();
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

        assertThat(Stream.concat(first.live().stream(), second.live().stream()).map(TransportFixture::coordinates))
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
        HeardLog sink = new HeardLog();
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
        assertThat(sink.live().stream().map(TransportFixture::text)).hasSize(82).doesNotHaveDuplicates();
    }

    @Test
    void replayRebuildsStateAndPublishesNothingAgain() throws Exception {
        CountingHandler first = new CountingHandler();
        HeardLog sink = new HeardLog();
        closing(transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, sink));
        publish(IntStream.range(0, 20).mapToObj(i -> record(Topic.CHUNK_RESULTS, "key-" + i % 2, "" + i)));
        Transport.Running running = transport.process("counter", Set.of(Topic.CHUNK_RESULTS), true, first);
        sink.awaitCount(20);
        running.close();

        CountingHandler second = new CountingHandler();
        closing(opened("second").process("counter", Set.of(Topic.CHUNK_RESULTS), true, second));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key-0", "20"), record(Topic.CHUNK_RESULTS, "key-1", "21")));
        sink.awaitCount(22);

        assertThat(second.replayed).hasValue(20);
        assertThat(sink.live().stream().map(TransportFixture::text))
                .hasSize(22)
                .doesNotHaveDuplicates()
                .contains("key-0=11", "key-1=11");
    }

    @Test
    void withoutReplayAnInstanceGoesOnWhereTheLastOneStopped() throws Exception {
        HeardLog first = new HeardLog();
        publish(IntStream.range(0, 10).mapToObj(i -> record(Topic.PLAN_REQUESTS, "key", "" + i)));
        Transport.Running running = transport.process("requests", Set.of(Topic.PLAN_REQUESTS), false, first);
        first.awaitCount(10);
        running.close();

        HeardLog second = new HeardLog();
        closing(transport.process("requests", Set.of(Topic.PLAN_REQUESTS), false, second));
        publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "10")));
        second.awaitCount(1);

        assertThat(second.records.stream().map(TransportFixture::text)).containsExactly("10");
        assertThat(running.alive()).isTrue();
    }

    @Test
    void aRecordThatCannotBeHandledIsTriedAgainWhileOtherPartitionsGoOn() throws Exception {
        CountingHandler counter = new CountingHandler();
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch repaired = new CountDownLatch(1);
        HeardLog sink = new HeardLog();
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
        assertThat(sink.byKey().getOrDefault("k0", List.of()).stream().map(TransportFixture::text))
                .containsExactly("k0=1", "k0=2", "k0=3", "k0=4");
        Await.until("trouble is over", () -> running.trouble().isEmpty(), running::trouble);
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
    void partitionsOfAnInstanceThatLeavesGoToAnother() throws Exception {
        CountingHandler first = new CountingHandler();
        CountingHandler second = new CountingHandler();
        HeardLog sink = new HeardLog();
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

        assertThat(sink.live().stream().map(TransportFixture::text))
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
}
