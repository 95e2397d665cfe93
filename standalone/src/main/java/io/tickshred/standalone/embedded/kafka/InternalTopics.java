package io.tickshred.standalone.embedded.kafka;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the broker's own topics before anybody asks for a coordinator. A broker makes them on the first question,
 * refuses that one, and asks its share coordinator again only after a second: the first task of a new broker came so
 * much later. Settings are those that the broker itself gives them.
 */
final class InternalTopics {
    private static final int PARTITIONS = 4;
    private static final String SEGMENT_BYTES = Integer.toString(4 << 20);
    private static final long PATIENCE_SECONDS = 60;

    private InternalTopics() {}

    /**
     * Makes those that are not there.
     *
     * @throws IOException if the broker refuses, or does not answer in time
     */
    static void create(String bootstrapServers) throws IOException {
        Properties properties = new Properties();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "internal-topics");
        properties.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        properties.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        try (Admin admin = Admin.create(properties)) {
            for (var made : admin.createTopics(topics()).values().values()) {
                try {
                    made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IOException(
                                "the embedded Kafka broker cannot make its own topics: " + e.getCause(), e);
                    }
                }
            }
        } catch (TimeoutException e) {
            throw new IOException(
                    "the embedded Kafka broker made no topic within " + PATIENCE_SECONDS + " s; is the disk full?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the embedded Kafka broker made its own topics", e);
        }
    }

    private static List<NewTopic> topics() {
        return List.of(
                topic(
                        "__consumer_offsets",
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                TopicConfig.COMPRESSION_TYPE_CONFIG,
                                "producer")),
                topic(
                        "__transaction_state",
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                TopicConfig.COMPRESSION_TYPE_CONFIG,
                                "uncompressed")),
                topic(
                        "__share_group_state",
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                                TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed",
                                TopicConfig.RETENTION_MS_CONFIG, "-1")));
    }

    private static NewTopic topic(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(TopicConfig.SEGMENT_BYTES_CONFIG, SEGMENT_BYTES);
        all.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");
        return new NewTopic(name, PARTITIONS, (short) 1).configs(all);
    }
}
