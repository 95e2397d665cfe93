package io.tickshred.standalone.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.standalone.embedded.kafka.ShareGroupsOff;
import io.tickshred.testkit.Await;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that could have share groups: it counts as one that has none until they are turned on. */
class ShareGroupsOffIT {
    @Test
    void queuesRunOnConsumerGroupsOrTheStartFailsWithTheWayOut(@TempDir Path directory) throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        try (EmbeddedKafka kafka = ShareGroupsOff.start(directory);
                HeardLines log = new HeardLines()) {
            KafkaConfiguration configuration =
                    KafkaConfiguration.of(kafka.bootstrapServers()).withPartitions(1);
            try (Transport wanting = new KafkaTransport(configuration, "wanting")) {
                assertThatThrownBy(wanting::createTopics)
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("set queue: consumer-group (QUEUE=consumer-group) in all services")
                        .hasMessageContaining("upgrade --feature share.version=1")
                        .hasMessageNotContaining("\n");
                assertThat(log.beginning("Work queues run on")).isEmpty();
            }

            try (Transport transport =
                    new KafkaTransport(configuration.withQueue(QueueMode.CONSUMER_GROUP, 2), "able")) {
                transport.createTopics();
                try (Publisher publisher = transport.publisher();
                        Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                            done.add(task.key());
                            return Outcome.ACCEPT;
                        })) {
                    publisher.publish(List.of(Outgoing.of(Topic.CHUNK_TASKS, "task", new byte[1])));
                    Await.until("the task", () -> !done.isEmpty(), slot::trouble);
                }
            }
            assertThat(log.beginning("Work queues run on"))
                    .singleElement()
                    .asString()
                    .startsWith("Work queues run on consumer groups")
                    .contains("queue", "consumer-group", "2")
                    .doesNotContain("does better");
        }

        assertThat(done).containsExactly("task");
    }
}
