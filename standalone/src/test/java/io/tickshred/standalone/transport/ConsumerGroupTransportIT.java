package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.standalone.embedded.kafka.OldKafka;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.TransportContract;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract, with work queues on consumer groups, on a Kafka from before share groups. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsumerGroupTransportIT extends TransportContract {
    private final AtomicInteger tests = new AtomicInteger();
    private OldKafka kafka;
    private KafkaConfiguration configuration = KafkaConfiguration.of("127.0.0.1:1");

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        kafka = OldKafka.start(directory);
    }

    @AfterAll
    void stop() throws Exception {
        if (kafka != null) {
            kafka.close();
        }
    }

    @Override
    protected void newLog() {
        configuration = KafkaConfiguration.of(kafka.bootstrapServers())
                .withTopicPrefix("test" + tests.incrementAndGet())
                .withPartitions(4)
                .withQueue(QueueMode.CONSUMER_GROUP, 8)
                .withTaskLock(taskLock());
    }

    @Override
    protected Transport open(String instance) {
        return new KafkaTransport(configuration, instance);
    }

    @Override
    protected Duration taskLock() {
        return Duration.ofMillis(500);
    }

    /**
     * Two slots have four of eight partitions each, with at least four of 39 tasks in each that are dealt out one after
     * the other; those of the other slot pass.
     */
    @Override
    protected int passing(int tasksBehind) {
        return tasksBehind / 8 * 4;
    }

    @Test
    void shareGroupsThatTheBrokerDoesNotHaveAreToldWithTheWayOut() {
        KafkaConfiguration wanted = configuration.withTopicPrefix("wanted").withQueue(QueueMode.SHARE_GROUP, 8);

        try (Transport transport = new KafkaTransport(wanted, "new")) {
            assertThatThrownBy(transport::createTopics)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(kafka.bootstrapServers() + " has no share groups")
                    .hasMessageContaining("set queue: consumer-group")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void theModeOfTheQueuesIsSeenOnBrokersThatKnowOneOnly() throws Exception {
        KafkaConfiguration wanted = configuration.withQueue(QueueMode.SHARE_GROUP, 8);

        try (Transport worker = open("worker");
                KafkaTransport asking = new KafkaTransport(wanted, "asking")) {
            assertThat(asking.holdsTopics()).isTrue();
            assertThat(asking.observedQueueMode())
                    .as("before anybody works on them")
                    .contains(QueueMode.CONSUMER_GROUP);
            try (Transport.Slot slot = worker.work(Topic.CHUNK_TASKS, (task, delivery) -> Outcome.ACCEPT)) {
                assertThat(asking.observedQueueMode()).contains(QueueMode.CONSUMER_GROUP);
                assertThat(slot.alive()).isTrue();
            }
        }
    }

    @Test
    void tasksAreDealtOutEquallyAndAQueueGetsThePartitionsThatItLacks() throws Exception {
        Set<Integer> partitions = ConcurrentHashMap.newKeySet();
        KafkaConfiguration wider = configuration.withQueue(QueueMode.CONSUMER_GROUP, 12);

        try (Transport transport = new KafkaTransport(wider, "wider")) {
            transport.createTopics();
            try (var publisher = transport.publisher()) {
                publisher.publish(IntStream.range(0, 12)
                        .mapToObj(i -> record(Topic.CHUNK_TASKS, "same key", "task"))
                        .toList());
            }
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                partitions.add(task.partition());
                return Outcome.ACCEPT;
            })) {
                Await.until("all tasks", () -> partitions.size() == 12, () -> partitions);
                assertThat(slot.trouble()).isEmpty();
            }
        }
    }

    /** Brokers forget a group's positions some days after its last member left; then it begins at the start. */
    @Test
    void aQueueKeepsNoTaskThatIsDone() throws Exception {
        publish(IntStream.range(0, 20).mapToObj(i -> record(Topic.CHUNK_TASKS, "k" + i, "task")));

        try (Transport transport = open("other");
                Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> Outcome.ACCEPT);
                Admin admin = Admin.create(Map.of("bootstrap.servers", configuration.bootstrapServers()))) {
            long deadline = System.nanoTime() + Await.PATIENCE.toNanos();
            while (start(admin) < 20) {
                assertThat(System.nanoTime()).as("start %s", start(admin)).isLessThan(deadline);
                Thread.sleep(50);
            }
            assertThat(slot.alive()).isTrue();
            assertThat(start(admin)).isEqualTo(20);
        }
    }

    private long start(Admin admin) throws Exception {
        long start = 0;
        for (int partition = 0; partition < 8; partition++) {
            TopicPartition part = new TopicPartition(configuration.topicPrefix() + ".chunk-tasks", partition);
            start += admin.listOffsets(Map.of(part, OffsetSpec.earliest()))
                    .partitionResult(part)
                    .get()
                    .offset();
        }
        return start;
    }

    @Test
    void aSlotToldToStopKeepsOnlyThePartitionOfItsTask() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        TaskHandler quick = (task, delivery) -> {
            done.add(delivery + ":" + text(task));
            return Outcome.ACCEPT;
        };
        publish(IntStream.range(0, 16).mapToObj(i -> record(Topic.CHUNK_TASKS, "k" + i, "task-" + i)));
        try (Transport transport = open("other");
                Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    begun.countDown();
                    finish.await();
                    return quick.handle(task, delivery);
                })) {
            assertThat(begun.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            slot.drain();
            try (Transport.Slot second = transport.work(Topic.CHUNK_TASKS, quick)) {
                // Two tasks lie in each of eight partitions; those of the one in hand wait for it.
                Await.until("all others", () -> done.size() == 14, () -> done);
                finish.countDown();
                Await.until("the rest", () -> done.size() == 16, () -> done);
                assertThat(second.alive()).isTrue();
            }
        }

        assertThat(done).hasSize(16).doesNotHaveDuplicates().allSatisfy(text -> assertThat(text)
                .startsWith("1:"));
    }

    /** The group puts out who has not polled for two seconds; a slot polls while it works. */
    @Test
    void aTaskThatLastsLongerThanAGroupWaitsForPollsIsDoneOnceByAMemberThatStays() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        KafkaConfiguration impatient = configuration.withProperties(Map.of("max.poll.interval.ms", "2000"));
        publish(Stream.of(record(Topic.CHUNK_TASKS, "k", "long")));
        try (Transport transport = new KafkaTransport(impatient, "impatient");
                Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    begun.countDown();
                    Thread.sleep("long".equals(text(task)) ? 7_000 : 0);
                    done.add(delivery + ":" + text(task));
                    return Outcome.ACCEPT;
                });
                Admin admin = Admin.create(Map.of("bootstrap.servers", configuration.bootstrapServers()))) {
            assertThat(begun.await(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Set<String> before = members(admin);
            Await.until("the long task", () -> done.size() == 1, () -> done);
            Set<String> after = members(admin);
            publish(Stream.of(record(Topic.CHUNK_TASKS, "k", "next")));
            Await.until("the next task", () -> done.size() == 2, () -> done);

            assertThat(before).hasSize(1).isEqualTo(after);
            assertThat(slot.alive()).isTrue();
        }

        assertThat(done).containsExactly("1:long", "1:next");
    }

    private Set<String> members(Admin admin) throws Exception {
        String group = configuration.topicPrefix() + ".chunk-tasks.consumers";
        return admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get().members().stream()
                .map(MemberDescription::consumerId)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Test
    void moreSlotsThanPartitionsWorkOnAllTasksOnce() throws Exception {
        KafkaConfiguration narrow = configuration.withTopicPrefix("narrow").withQueue(QueueMode.CONSUMER_GROUP, 2);
        List<String> done = new CopyOnWriteArrayList<>();
        try (Transport transport = new KafkaTransport(narrow, "many")) {
            transport.createTopics();
            List<Transport.Slot> slots = IntStream.range(0, 4)
                    .mapToObj(i -> transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                        done.add(delivery + ":" + text(task));
                        Thread.sleep(20);
                        return Outcome.ACCEPT;
                    }))
                    .toList();
            try (var publisher = transport.publisher()) {
                publisher.publish(IntStream.range(0, 30)
                        .mapToObj(i -> record(Topic.CHUNK_TASKS, "k", "task-" + i))
                        .toList());
            }
            Await.until("30 tasks", () -> done.size() >= 30, done::size);
            for (Transport.Slot slot : slots) {
                // Closed while it holds the last task, it would give that back.
                assertThat(slot.awaitIdle(Await.PATIENCE)).isTrue();
            }
            slots.forEach(Transport.Slot::close);
        }

        assertThat(done).hasSize(30).doesNotHaveDuplicates().allSatisfy(text -> assertThat(text)
                .startsWith("1:"));
    }

    @Test
    void aTaskOfAHungWorkerComesBackAfterItsSessionAndItsLateEndChangesNothing() throws Exception {
        List<String> deliveries = new CopyOnWriteArrayList<>();
        publish(Stream.of(record(Topic.CHUNK_TASKS, "plan/1", "task")));
        try (ChildJvm worker = new ChildJvm(
                        TaskHolder.class,
                        TaskHolder.configured(Map.of(
                                "bootstrapServers",
                                configuration.bootstrapServers(),
                                "topicPrefix",
                                configuration.topicPrefix(),
                                "queue",
                                "consumer-group",
                                "sessionTimeout",
                                "PT2S")));
                Transport transport = open("other")) {
            worker.awaitLine("holding plan/1 delivery 1");
            worker.hang();
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                deliveries.add(task.key() + " delivery " + delivery);
                return Outcome.ACCEPT;
            })) {
                Await.until("the task comes back", () -> !deliveries.isEmpty(), () -> deliveries);
                publish(Stream.of(record(Topic.CHUNK_TASKS, "plan/2", "task")));
                Await.until("the next", () -> deliveries.size() == 2, () -> deliveries);
                assertThat(slot.alive()).isTrue();
            }

            worker.goOn();
            worker.say("end it");
            worker.awaitLine("ended plan/1");
            publish(Stream.of(record(Topic.CHUNK_TASKS, "plan/3", "task")));
            String next = worker.awaitLine("holding ", 2);
            assertThat(next).isEqualTo("holding plan/3 delivery 1");
        }

        assertThat(deliveries).containsExactly("plan/1 delivery 2", "plan/2 delivery 1");
    }
}
