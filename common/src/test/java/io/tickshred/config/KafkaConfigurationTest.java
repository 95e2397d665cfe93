package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConfigurationTest {
    private static final ObjectMapper MAPPER = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void onlyTheServersHaveToBeGiven() throws Exception {
        KafkaConfiguration read =
                MAPPER.readValue("{\"bootstrapServers\": \"a:9092, b:9092\"}", KafkaConfiguration.class);

        assertThat(read).isEqualTo(KafkaConfiguration.of("a:9092, b:9092"));
        assertThat(read.topicPrefix()).isEqualTo("tickshred");
        assertThat(read.taskLock()).isEqualTo(Duration.ofSeconds(30));
        assertThat(read.queue()).isEqualTo(QueueMode.SHARE_GROUP);
        assertThat(read.properties()).isEmpty();
    }

    @Test
    void everythingCanBeSet() throws Exception {
        KafkaConfiguration read = MAPPER.readValue("""
                {"bootstrapServers": "a:9092", "topicPrefix": "desk-1", "partitions": 3, "replicationFactor": 2,
                 "retention": "P3D", "taskLock": "PT20S", "transactionTimeout": "PT40S", "sessionTimeout": "PT8S",
                 "startTimeout": "PT5S", "queue": "consumer-group", "queuePartitions": 7, "properties": {"security.protocol": "SASL_SSL"}}""", KafkaConfiguration.class);

        assertThat(read)
                .isEqualTo(new KafkaConfiguration(
                        "a:9092",
                        "desk-1",
                        3,
                        (short) 2,
                        Duration.ofDays(3),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(5),
                        QueueMode.CONSUMER_GROUP,
                        7,
                        Map.of("security.protocol", "SASL_SSL")));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        KafkaConfiguration good = KafkaConfiguration.of("a:9092");

        assertThatThrownBy(() -> KafkaConfiguration.of("no port")).hasMessageContaining("bootstrapServers must be");
        assertThatThrownBy(() -> KafkaConfiguration.of("")).hasMessageContaining("nothing given");
        assertThatThrownBy(() -> good.withTopicPrefix("a/b")).hasMessageContaining("topicPrefix must be");
        assertThatThrownBy(() -> good.withPartitions(0)).hasMessageContaining("partitions must be");
        assertThatThrownBy(() -> good.withTaskLock(Duration.ZERO)).hasMessageContaining("taskLock must be");
        assertThatThrownBy(() -> good.withQueue(QueueMode.CONSUMER_GROUP, 0))
                .hasMessageContaining("queuePartitions must be");
        assertThatThrownBy(() -> MAPPER.readValue(
                        "{\"bootstrapServers\": \"a:9092\", \"queue\": \"auto\"}", KafkaConfiguration.class))
                .hasMessageContaining("queue must be one of share-group, consumer-group: auto");
    }

    @Test
    void aQueueSettingThatIsNotSetIsTheDefault() throws Exception {
        assertThat(MAPPER.readValue("{\"bootstrapServers\": \"a:9092\", \"queue\": \"\"}", KafkaConfiguration.class))
                .isEqualTo(KafkaConfiguration.of("a:9092"));
    }

    @Test
    void secretsAreNotShown() throws Exception {
        KafkaConfiguration read = MAPPER.readValue("""
                {"bootstrapServers": "a:9092", "properties": {
                 "sasl.jaas.config": "hidden-1", "ssl.key.password": "hidden-2", "ssl.keystore.key": "hidden-3",
                 "sasl.oauthbearer.client.credentials.client.secret": "hidden-4", "security.protocol": "SASL_SSL"}}""", KafkaConfiguration.class);

        assertThat(read.toString())
                .doesNotContain("hidden-")
                .contains("sasl.jaas.config=(hidden)", "security.protocol=SASL_SSL", "a:9092");
    }
}
