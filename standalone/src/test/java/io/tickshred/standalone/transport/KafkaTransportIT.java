package io.tickshred.standalone.transport;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.testkit.TransportContract;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
}
