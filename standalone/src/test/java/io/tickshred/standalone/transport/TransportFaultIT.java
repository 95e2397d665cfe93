package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes killed with SIGKILL, on a real broker. */
class TransportFaultIT {
    private static final Logger LOG = LoggerFactory.getLogger(TransportFaultIT.class);

    @TempDir
    private Path directory;

    @Test
    void aTaskOfAKilledWorkerIsDeliveredToAnotherLongBeforeItsLockRunsOut() throws Exception {
        List<String> deliveries = new CopyOnWriteArrayList<>();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
                Transport transport = transport(kafka.bootstrapServers(), "parent")) {
            transport.createTopics();
            publish(transport, Topic.CHUNK_TASKS, "plan/1");

            try (ChildJvm worker = new ChildJvm(
                    TaskHolder.class,
                    TaskHolder.configured(
                            Map.of("bootstrapServers", kafka.bootstrapServers(), "topicPrefix", "fault")))) {
                worker.awaitLine("holding plan/1 delivery 1");
                try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    deliveries.add(task.key() + " delivery " + delivery);
                    return Outcome.ACCEPT;
                })) {
                    worker.kill();
                    long killed = System.nanoTime();
                    Await.until("the task comes back", () -> !deliveries.isEmpty(), () -> deliveries);
                    Duration taken = Duration.ofNanos(System.nanoTime() - killed);
                    LOG.info("task of a killed worker delivered again after {} ms", taken.toMillis());

                    assertThat(deliveries).containsExactly("plan/1 delivery 2");
                    assertThat(taken).isLessThan(KafkaConfiguration.DEFAULT_TASK_LOCK.dividedBy(2));
                    assertThat(slot.alive()).isTrue();
                }
            }
        }
    }

    @Test
    void aCoordinatorKilledInTransactionsPublishesEverythingOnceInTheEnd() throws Exception {
        int keys = 20;
        int records = 600;
        List<String> output = new CopyOnWriteArrayList<>();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
                Transport transport = transport(kafka.bootstrapServers(), "parent")) {
            transport.createTopics();
            publish(
                    transport,
                    Topic.CHUNK_RESULTS,
                    IntStream.range(0, records).mapToObj(i -> "key-" + i % keys).toArray(String[]::new));

            try (Transport.Running sink =
                    transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, collecting(output))) {
                int kills = 0;
                while (output.size() < records * 2) {
                    int before = output.size();
                    try (ChildJvm coordinator =
                            new ChildJvm(CountingCoordinator.class, kafka.bootstrapServers(), "fault", "only")) {
                        coordinator.awaitLine("handling");
                        long takenOver = System.nanoTime();
                        int goal = Math.min(before + 300, records * 2);
                        Await.until("output goes on", () -> output.size() >= goal, output::size);
                        LOG.info("outputs={} ms={} kills={}", output.size(), millisSince(takenOver), kills);
                        kills++;
                    }
                }
                publish(transport, Topic.CHUNK_RESULTS, "key-0");
                try (ChildJvm last =
                        new ChildJvm(CountingCoordinator.class, kafka.bootstrapServers(), "fault", "only")) {
                    last.awaitLine("handling");
                    Await.until("the last output", () -> output.contains("key-0=31b"), () -> output);
                }

                assertThat(kills).isGreaterThan(2);
                assertThat(sink.alive()).isTrue();
                assertThat(output).hasSize((records + 1) * 2).doesNotHaveDuplicates();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokerKilledAndStartedAgainOnItsDirectoryLosesNothing(QueueMode queue) throws Exception {
        List<String> output = new CopyOnWriteArrayList<>();
        List<String> tasks = new CopyOnWriteArrayList<>();
        List<String> viewed = new CopyOnWriteArrayList<>();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch restarted = new CountDownLatch(1);
        ChildJvm broker = new ChildJvm(EmbeddedKafka.class, directory.toString());
        try {
            String bootstrap = broker.awaitLine("bootstrap=").substring("bootstrap=".length());
            try (Transport transport = transport(bootstrap, "parent", queue)) {
                transport.createTopics();
                try (Transport.Running copy = transport.process("copy", Set.of(Topic.CHUNK_RESULTS), true, copying());
                        Transport.Running sink =
                                transport.process("sink", Set.of(Topic.DAY_COMPLETE), false, collecting(output));
                        Transport.View view = transport.view(Topic.DAY_STATUS, record -> viewed.add(record.key()));
                        Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                            if (task.key().equals("plan/1")) {
                                working.countDown();
                                restarted.await();
                            }
                            tasks.add(task.key());
                            return Outcome.ACCEPT;
                        })) {
                    publish(transport, Topic.DAY_STATUS, "day-1");
                    publish(transport, Topic.CHUNK_RESULTS, "one", "two", "three");
                    publish(transport, Topic.CHUNK_TASKS, "plan/1");
                    Await.until("first output", () -> output.size() == 3, () -> output);
                    working.await();

                    broker.kill();
                    Thread.sleep(2000); // long enough for every client to notice
                    String port = bootstrap.substring(bootstrap.indexOf(':') + 1);
                    broker = new ChildJvm(EmbeddedKafka.class, directory.toString(), port);
                    broker.awaitLine("bootstrap=");
                    long up = System.nanoTime();
                    restarted.countDown();
                    publish(transport, Topic.DAY_STATUS, "day-2");
                    publish(transport, Topic.CHUNK_RESULTS, "four");
                    publish(transport, Topic.CHUNK_TASKS, "plan/2");
                    Await.until("output goes on", () -> output.size() >= 4, () -> output + " " + copy.trouble());
                    LOG.info("coordinators going on after {} ms", millisSince(up));
                    Await.until("tasks go on", () -> tasks.contains("plan/2"), () -> tasks + " " + slot.trouble());
                    boolean caughtUp = view.awaitCaughtUp(Await.PATIENCE);
                    LOG.info("all going on after {} ms", millisSince(up));

                    assertThat(output).containsExactlyInAnyOrder("one", "two", "three", "four");
                    assertThat(tasks).contains("plan/1", "plan/2");
                    assertThat(caughtUp).isTrue();
                    assertThat(viewed).containsExactlyInAnyOrder("day-1", "day-2");
                    assertThat(List.of(copy, sink, view, slot)).allMatch(Transport.Running::alive);
                }
            }
        } finally {
            broker.close();
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static Transport transport(String bootstrapServers, String instance) {
        return transport(bootstrapServers, instance, QueueMode.SHARE_GROUP);
    }

    private static Transport transport(String bootstrapServers, String instance, QueueMode queue) {
        return new KafkaTransport(
                KafkaConfiguration.of(bootstrapServers)
                        .withTopicPrefix("fault")
                        .withPartitions(4)
                        .withQueue(queue, 4),
                instance);
    }

    private static void publish(Transport transport, Topic topic, String... keys) throws Exception {
        List<Outgoing> records = new ArrayList<>();
        for (String key : keys) {
            records.add(Outgoing.of(topic, key, key.getBytes(StandardCharsets.UTF_8)));
        }
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(records);
        }
    }

    private static LogHandler collecting(List<String> output) {
        return new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                output.add(new String(record.value().orElseThrow(), StandardCharsets.UTF_8));
                return List.of();
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };
    }

    private static LogHandler copying() {
        return new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                return List.of(Outgoing.of(
                        Topic.DAY_COMPLETE, record.key(), record.value().orElseThrow()));
            }

            @Override
            public void forget(Topic topic, int partition) {}
        };
    }
}
