package io.tickshred.compose;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.testkit.TransportContract;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.kafka.KafkaContainer;

/** The broker of docker-compose.yml keeps the contract that the embedded one keeps. */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerTransportIT extends TransportContract {
    private final AtomicInteger tests = new AtomicInteger();
    private final KafkaContainer kafka = new KafkaContainer("apache/kafka:4.4.0")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1")
            // The contract waits for locks and sessions to run out, and for transactions to be given up.
            .withEnv("KAFKA_GROUP_SHARE_MIN_RECORD_LOCK_DURATION_MS", "1000")
            .withEnv("KAFKA_GROUP_SHARE_INITIALIZE_RETRY_INTERVAL_MS", "250")
            .withEnv("KAFKA_GROUP_SHARE_MIN_HEARTBEAT_INTERVAL_MS", "100")
            .withEnv("KAFKA_GROUP_SHARE_HEARTBEAT_INTERVAL_MS", "250")
            .withEnv("KAFKA_GROUP_SHARE_ASSIGNMENT_INTERVAL_MS", "0")
            .withEnv("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000")
            .withEnv("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "1000")
            .withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_NUM_PARTITIONS", "4");
    private KafkaConfiguration configuration = KafkaConfiguration.of("127.0.0.1:1");

    @BeforeAll
    void start() {
        kafka.start();
    }

    @AfterAll
    void stop() {
        kafka.stop();
    }

    @Override
    protected void newLog() {
        configuration = KafkaConfiguration.of(kafka.getBootstrapServers())
                .withTopicPrefix("test" + tests.incrementAndGet())
                .withPartitions(4)
                .withTaskLock(taskLock());
    }

    @Override
    protected Transport open(String instance) {
        return new KafkaTransport(configuration, instance);
    }

    @Override
    protected Duration taskLock() {
        return Duration.ofSeconds(2);
    }
}
