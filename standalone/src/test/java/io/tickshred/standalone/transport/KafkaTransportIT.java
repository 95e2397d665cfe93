package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.TransportContract;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaTransportIT extends TransportContract {
    private final AtomicInteger tests = new AtomicInteger();
    private @Nullable EmbeddedKafka kafka;
    private KafkaConfiguration configuration = KafkaConfiguration.of("127.0.0.1:1");

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        kafka = EmbeddedKafka.start(directory, 0);
    }

    @AfterAll
    void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    @Override
    protected void newLog() {
        if (kafka != null) {
            configuration = KafkaConfiguration.of(kafka.bootstrapServers())
                    .withTopicPrefix("test" + tests.incrementAndGet())
                    .withPartitions(4)
                    .withTaskLock(taskLock());
        }
    }

    @Override
    protected Transport open(String instance) {
        return new KafkaTransport(configuration, instance);
    }

    @Override
    protected Duration taskLock() {
        return Duration.ofSeconds(2);
    }

    @Test
    void moreThanTwoThousandTasksPassALongOne() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        TaskHandler worker = (task, delivery) -> {
            if (text(task).equals("long")) {
                begun.countDown();
                finish.await();
            }
            done.incrementAndGet();
            return TaskHandler.Outcome.ACCEPT;
        };
        List<Transport.Slot> slots = new ArrayList<>();
        try (Transport transport = open("many")) {
            transport.createTopics();
            publish(Stream.of(record(Topic.CHUNK_TASKS, "long", "long")));
            for (int i = 0; i < 8; i++) {
                slots.add(transport.work(Topic.CHUNK_TASKS, worker));
            }
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

            publish(IntStream.range(0, 2_200).mapToObj(i -> record(Topic.CHUNK_TASKS, "task-" + i, "short")));
            Await.until("2,200 tasks beside the long one", () -> done.get() >= 2_200, done::get);
            finish.countDown();
            Await.until("the long one", () -> done.get() == 2_201, done::get);
            slots.forEach(Transport.Slot::close);
        }
    }

    @Test
    void aRecordMayTakeLongerThanTheGroupLetsAMemberBeSilent() throws Exception {
        List<String> handled = new CopyOnWriteArrayList<>();
        KafkaConfiguration impatient = with(
                Map.of("max.poll.interval.ms", "2500", "session.timeout.ms", "2500", "heartbeat.interval.ms", "500"));
        try (Transport transport = new KafkaTransport(impatient, "slow")) {
            publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "slow"), record(Topic.PLAN_REQUESTS, "key", "quick")));
            try (Transport.Running running =
                    transport.process("patience", Set.of(Topic.PLAN_REQUESTS), false, new LogHandler() {
                        @Override
                        public Iterable<Outgoing> handle(Incoming record, boolean replaying)
                                throws InterruptedException {
                            if (text(record).equals("slow")) {
                                Thread.sleep(8000);
                            }
                            handled.add(text(record));
                            return List.of();
                        }

                        @Override
                        public void forget(Topic topic, int partition) {}
                    })) {
                Await.until("both handled", () -> handled.size() >= 2, () -> handled);
                assertThat(running.trouble()).isEmpty();
            }
        }

        assertThat(handled).containsExactly("slow", "quick");
    }

    @Test
    void theYoungerOfTwoInstancesOfOneNameEndsTheOlder() throws Exception {
        List<String> output = new CopyOnWriteArrayList<>();
        Set<Topic> source = Set.of(Topic.PLAN_REQUESTS);
        try (Transport first = open("same");
                Transport second = open("same");
                Transport.Running sink = first.process("sink", Set.of(Topic.DAY_COMPLETE), false, saying("", output));
                Transport.Running old = first.process("names", source, false, saying("old", List.of()))) {
            publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "1")));
            Await.until("the first output", () -> output.size() == 1, () -> output);
            try (Transport.Running young = second.process("names", source, false, saying("young", List.of()))) {
                Await.until("the older one ends", () -> !old.alive(), old::trouble);
                publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "2")));
                Await.until("the second output", () -> output.size() == 2, () -> output);
                assertThat(List.of(young, sink)).allMatch(Transport.Running::alive);
            }
            assertThat(old.trouble()).hasValueSatisfying(trouble -> assertThat(trouble)
                    .contains("another instance named same", "name of its own"));
        }

        assertThat(output).containsExactly("old 1", "young 2");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsToldInOneLine() {
        KafkaConfiguration nobody = new KafkaConfiguration(
                "127.0.0.1:1",
                "tickshred",
                1,
                (short) 1,
                Duration.ofDays(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                QueueMode.SHARE_GROUP,
                1,
                Map.of());

        try (Transport transport = new KafkaTransport(nobody, "alone")) {
            assertThatThrownBy(transport::createTopics)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("127.0.0.1:1 does not answer within 2 s")
                    .hasMessageContaining("check that a broker runs there")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void topicsMayBeCreatedByManyAtOnceButNotWithDifferentPartitionsFromThoseThere() throws Exception {
        KafkaConfiguration fresh = configuration.withTopicPrefix("race");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> racers = IntStream.range(0, 4)
                .mapToObj(i -> new Thread(() -> {
                    try (Transport transport = new KafkaTransport(fresh, "racer-" + i)) {
                        transport.createTopics();
                    } catch (TransportException | InterruptedException e) {
                        failures.add(e);
                    }
                }))
                .toList();

        racers.forEach(Thread::start);
        for (Thread racer : racers) {
            racer.join();
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", fresh.bootstrapServers()))) {
            admin.createPartitions(Map.of("race.day-complete", NewPartitions.increaseTo(5)))
                    .all()
                    .get();
        }

        assertThat(failures).isEmpty();
        try (Transport transport = new KafkaTransport(fresh, "late")) {
            assertThatThrownBy(transport::createTopics)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("equally many partitions")
                    .hasMessageContaining("5=[race.day-complete]");
        }
    }

    @Test
    void theStartSaysWhichWayQueuesRunAndWhenAnotherIsBetter() throws Exception {
        KafkaConfiguration fresh = configuration.withTopicPrefix("modes");
        try (HeardLines log = new HeardLines();
                Transport shared = new KafkaTransport(fresh, "shared");
                Transport dealt = new KafkaTransport(fresh.withQueue(QueueMode.CONSUMER_GROUP, 2), "dealt")) {
            shared.createTopics();
            List<String> onShareGroups = log.beginning("Work queues run on");
            dealt.createTopics();

            assertThat(onShareGroups)
                    .singleElement()
                    .asString()
                    .startsWith("Work queues run on share groups")
                    .contains("queue", "share-group");
            assertThat(log.beginning("Work queues run on consumer groups"))
                    .singleElement()
                    .asString()
                    .contains("queue", "consumer-group", "these brokers have share groups, with which", "does better");
        }
    }

    @Test
    void consumerGroupsGoOnWhereShareGroupsStopped() throws Exception {
        List<String> byShareGroup = new CopyOnWriteArrayList<>();
        List<String> byConsumerGroup = new CopyOnWriteArrayList<>();
        publish(IntStream.range(0, 5).mapToObj(i -> record(Topic.CHUNK_TASKS, "k" + i, "before")));
        try (Transport transport = open("old");
                Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, doing(byShareGroup))) {
            Await.until("five tasks", () -> byShareGroup.size() == 5, () -> byShareGroup);
            awaitNoBacklog(transport);
            assertThat(slot.alive()).isTrue();
        }

        try (Transport transport = new KafkaTransport(configuration.withQueue(QueueMode.CONSUMER_GROUP, 6), "new")) {
            transport.createTopics();
            publish(Stream.of(record(Topic.CHUNK_TASKS, "k", "after")));
            assertThat(transport.backlog(Topic.CHUNK_TASKS)).isEqualTo(1);
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, doing(byConsumerGroup))) {
                awaitNoBacklog(transport);
                assertThat(slot.alive()).isTrue();
            }
        }

        assertThat(byConsumerGroup).containsExactly("after");

        // Back to share groups and forth again: positions of its own from before do not keep it from going on.
        byShareGroup.clear();
        byConsumerGroup.clear();
        try (Transport transport = open("old")) {
            transport.createTopics();
            publish(Stream.of(record(Topic.CHUNK_TASKS, "k", "meanwhile")));
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, doing(byShareGroup))) {
                Await.until("the task", () -> byShareGroup.contains("meanwhile"), () -> byShareGroup);
                awaitNoBacklog(transport);
                assertThat(slot.alive()).isTrue();
            }
        }
        try (Transport transport = new KafkaTransport(configuration.withQueue(QueueMode.CONSUMER_GROUP, 6), "new")) {
            transport.createTopics();
            publish(Stream.of(record(Topic.CHUNK_TASKS, "k", "at last")));
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, doing(byConsumerGroup))) {
                Await.until("the last", () -> byConsumerGroup.contains("at last"), () -> byConsumerGroup);
                awaitNoBacklog(transport);
                assertThat(slot.alive()).isTrue();
            }
        }

        assertThat(byConsumerGroup).containsExactly("at last");
    }

    private static TaskHandler doing(List<String> done) {
        return (task, delivery) -> {
            done.add(text(task));
            return TaskHandler.Outcome.ACCEPT;
        };
    }

    private static void awaitNoBacklog(Transport transport) throws Exception {
        long deadline = System.nanoTime() + Await.PATIENCE.toNanos();
        while (transport.backlog(Topic.CHUNK_TASKS) > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Adds what it hears to a list, when it is the sink; else publishes it with its own name before it. */
    private static LogHandler saying(String name, List<String> heard) {
        return new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                if (name.isEmpty()) {
                    heard.add(text(record));
                    return List.of();
                }
                return List.of(record(Topic.DAY_COMPLETE, record.key(), name + " " + text(record)));
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };
    }

    private KafkaConfiguration with(Map<String, String> properties) {
        return new KafkaConfiguration(
                configuration.bootstrapServers(),
                configuration.topicPrefix(),
                configuration.partitions(),
                configuration.replicationFactor(),
                configuration.retention(),
                configuration.taskLock(),
                configuration.transactionTimeout(),
                configuration.sessionTimeout(),
                configuration.startTimeout(),
                configuration.queue(),
                configuration.queuePartitions(),
                properties);
    }
}
