package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the fleet's topics and checks those that are there. Any number of instances may do so at once. */
final class KafkaTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);

    /** Read together by coordinators and ranges: what belongs to a plan must lie in one partition number. */
    private static final Set<Topic> CO_PARTITIONED =
            Set.of(Topic.CHUNK_RESULTS, Topic.DAY_COMPLETE, Topic.BATCH_RESULTS);

    private final KafkaCalls calls;
    private final KafkaNames names;
    private final KafkaConfiguration configuration;
    private final QueueWidth queues;

    KafkaTopics(KafkaCalls calls, KafkaNames names, KafkaConfiguration configuration) {
        this.calls = calls;
        this.names = names;
        this.configuration = configuration;
        this.queues = new QueueWidth(calls, names, configuration);
    }

    void create() throws TransportException, InterruptedException {
        Set<String> existing =
                calls.await("list topics", calls.admin().listTopics().names());
        List<NewTopic> missing = Stream.of(Topic.values())
                .filter(topic -> !existing.contains(names.topic(topic)))
                .map(this::newTopic)
                .toList();
        for (Map.Entry<String, KafkaFuture<Void>> created :
                calls.admin().createTopics(missing).values().entrySet()) {
            awaitCreated(created.getKey(), created.getValue());
        }
        Map<Topic, TopicDescription> descriptions = describe();
        check(descriptions);
        List<TopicPartition> partitions = new ArrayList<>(queues.widen(descriptions));
        descriptions.values().forEach(topic -> topic.partitions()
                .forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition.partition()))));
        awaitLeaders(partitions);
    }

    /** Whether any of them is there, or may not be looked at. */
    boolean any() throws TransportException, InterruptedException {
        List<String> wanted = Stream.of(Topic.values()).map(names::topic).toList();
        for (KafkaFuture<TopicDescription> topic :
                calls.admin().describeTopics(wanted).topicNameValues().values()) {
            try {
                calls.answer(topic);
                return true;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    return true;
                }
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw calls.failure("describe the fleet's topics", e.getCause() == null ? e : e.getCause());
                }
            } catch (TimeoutException e) {
                throw calls.failure("describe the fleet's topics", e);
            }
        }
        return false;
    }

    /** Asks the leader of every partition: a producer would log a warning for each that is not ready yet. */
    private void awaitLeaders(List<TopicPartition> partitions) throws TransportException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, OffsetSpec.earliest()));
        calls.await(
                "reach the leaders of all partitions",
                calls.admin().listOffsets(question).all());
    }

    private NewTopic newTopic(Topic topic) {
        Optional<Short> replication =
                Optional.of(configuration.replicationFactor()).filter(factor -> factor > 0);
        return new NewTopic(names.topic(topic), Optional.of(partitions(topic)), replication)
                .configs(topicConfig(topic));
    }

    private int partitions(Topic topic) {
        return topic.kind() == Topic.Kind.WORK_QUEUE ? queues.partitions(topic) : configuration.partitions();
    }

    private Map<String, String> topicConfig(Topic topic) {
        if (topic.kind() == Topic.Kind.COMPACTED) {
            return Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT,
                    TopicConfig.COMPRESSION_TYPE_CONFIG,
                    "zstd");
        }
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                "zstd",
                TopicConfig.RETENTION_MS_CONFIG,
                topic.kind() == Topic.Kind.JOURNAL
                        ? "-1"
                        : Long.toString(configuration.retention().toMillis()),
                TopicConfig.RETENTION_BYTES_CONFIG,
                "-1");
    }

    private void awaitCreated(String name, KafkaFuture<Void> created) throws TransportException, InterruptedException {
        try {
            calls.answer(created);
            LogLine.info(LOG, "Topic created")
                    .with(LogKey.TOPIC, name)
                    .with(LogKey.PARTITIONS, partitions(names.topic(name)))
                    .write();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw calls.failure("create topic " + name, e.getCause() == null ? e : e.getCause());
            }
        } catch (TimeoutException e) {
            throw calls.failure("create topic " + name, e);
        }
    }

    private Map<Topic, TopicDescription> describe() throws TransportException, InterruptedException {
        List<String> all = Stream.of(Topic.values()).map(names::topic).toList();
        Map<Topic, TopicDescription> descriptions = new EnumMap<>(Topic.class);
        // A topic that another instance created a moment ago may not be known to every broker yet.
        long deadline = System.nanoTime() + configuration.startTimeout().toNanos();
        while (true) {
            try {
                calls.answer(calls.admin().describeTopics(all).allTopicNames())
                        .forEach((name, description) -> descriptions.put(names.topic(name), description));
                return descriptions;
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw calls.failure("describe topics", e.getCause() == null ? e : e.getCause());
                }
                Thread.sleep(100);
            }
        }
    }

    private void check(Map<Topic, TopicDescription> descriptions) throws TransportException, InterruptedException {
        List<ConfigResource> resources = new ArrayList<>();
        descriptions
                .values()
                .forEach(description ->
                        resources.add(new ConfigResource(ConfigResource.Type.TOPIC, description.name())));
        Map<ConfigResource, Config> configs = calls.await(
                "read topic settings", calls.admin().describeConfigs(resources).all());
        for (Map.Entry<ConfigResource, Config> entry : configs.entrySet()) {
            checkPolicy(names.topic(entry.getKey().name()), entry.getValue());
        }
        Map<Integer, List<String>> byCount = new TreeMap<>();
        descriptions.forEach((topic, description) -> {
            if (CO_PARTITIONED.contains(topic)) {
                byCount.computeIfAbsent(description.partitions().size(), count -> new ArrayList<>())
                        .add(description.name());
            }
        });
        if (byCount.size() > 1) {
            throw new TransportException("Topics that belong together must have equally many partitions, found "
                    + byCount + " (partitions=[topics]) on Kafka at " + configuration.bootstrapServers()
                    + ": delete the topics that differ, or choose another topicPrefix");
        }
    }

    private void checkPolicy(Topic topic, Config config) throws TransportException {
        String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
        boolean compacted = policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        boolean deleted = policy.contains(TopicConfig.CLEANUP_POLICY_DELETE);
        boolean wantCompacted = topic.kind() == Topic.Kind.COMPACTED;
        if (compacted != wantCompacted || deleted == wantCompacted) {
            throw new TransportException("Topic " + names.topic(topic) + " must have cleanup.policy="
                    + (wantCompacted ? "compact" : "delete") + ", found " + policy + " on Kafka at "
                    + configuration.bootstrapServers() + ": correct it with kafka-configs, or delete the topic");
        }
    }
}
