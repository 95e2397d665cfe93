package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share groups that work on queues: what they need of the brokers, their settings, how much work is left. */
final class KafkaShareGroups {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaShareGroups.class);
    private static final String FEATURE = "share.version";

    private final KafkaCalls calls;
    private final KafkaNames names;
    private final KafkaConfiguration configuration;

    KafkaShareGroups(KafkaCalls calls, KafkaNames names, KafkaConfiguration configuration) {
        this.calls = calls;
        this.names = names;
        this.configuration = configuration;
    }

    /** Checks that the brokers can do share groups, and sets those of all queues up. */
    void prepare() throws TransportException, InterruptedException {
        requireFeature();
        List<Topic> queues = Stream.of(Topic.values())
                .filter(topic -> topic.kind() == Topic.Kind.WORK_QUEUE)
                .toList();
        for (Topic queue : queues) {
            configure(names.workers(queue));
        }
    }

    private void requireFeature() throws TransportException, InterruptedException {
        Map<String, FinalizedVersionRange> features = calls.await(
                        "ask for the brokers' features",
                        calls.admin().describeFeatures().featureMetadata())
                .finalizedFeatures();
        FinalizedVersionRange share = features.get(FEATURE);
        if (share == null || share.maxVersionLevel() < 1) {
            throw new TransportException("Kafka at " + configuration.bootstrapServers()
                    + " has no share groups: Tickshred needs Kafka 4.2 or later with the feature share.version at 1 or"
                    + " more; enable it with: kafka-features.sh --bootstrap-server "
                    + configuration.bootstrapServers() + " upgrade --feature share.version=1");
        }
    }

    private void configure(String group) throws TransportException, InterruptedException {
        alter(
                group,
                Map.of(
                        "share.auto.offset.reset", "earliest",
                        "share.isolation.level", "read_committed",
                        "share.record.lock.duration.ms",
                                Long.toString(configuration.taskLock().toMillis())));
        // Newer than share groups themselves: brokers that do not know them go by their own settings.
        alterIfKnown(group, "share.renew.acknowledge.enable", "true");
        alterIfKnown(group, "share.delivery.count.limit", Integer.toString(KafkaTransport.BROKER_DELIVERY_LIMIT));
    }

    private void alter(String group, Map<String, String> settings) throws TransportException, InterruptedException {
        try {
            tryAlter(group, settings);
        } catch (ExecutionException | TimeoutException e) {
            throw calls.failure("set " + settings + " for group " + group, e.getCause() == null ? e : e.getCause());
        }
    }

    private void alterIfKnown(String group, String key, String value) throws TransportException, InterruptedException {
        try {
            tryAlter(group, Map.of(key, value));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof InvalidConfigurationException)) {
                throw calls.failure("set " + key + " for group " + group, e.getCause() == null ? e : e.getCause());
            }
            LOG.warn(
                    "group setting not taken, the brokers' own holds group={} {}={}: {}",
                    group,
                    key,
                    value,
                    e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw calls.failure("set " + key + " for group " + group, e);
        }
    }

    private void tryAlter(String group, Map<String, String> settings)
            throws ExecutionException, TimeoutException, TransportException, InterruptedException {
        List<AlterConfigOp> operations = new ArrayList<>();
        settings.forEach((key, value) ->
                operations.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        calls.answer(calls.admin()
                .incrementalAlterConfigs(Map.of(resource, operations))
                .all());
    }

    /** Tasks not accepted: by the group's own count, and where it has none all that the partition holds. */
    long backlog(Topic queue) throws TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> group = offsets(names.workers(queue));
        List<TopicPartition> unread = new ArrayList<>();
        long backlog = 0;
        for (TopicPartition partition : partitions(names.topic(queue))) {
            SharePartitionOffsetInfo info = group.get(partition);
            if (info == null || info.lag().isEmpty()) {
                unread.add(partition);
            } else {
                backlog += info.lag().get();
            }
        }
        return backlog + size(unread);
    }

    /** Where the oldest task that is not accepted stands in each partition, or the log's begin where none was read. */
    Map<TopicPartition, Long> starts(Topic queue) throws TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> group = offsets(names.workers(queue));
        Map<TopicPartition, Long> starts = new LinkedHashMap<>();
        for (TopicPartition partition : partitions(names.topic(queue))) {
            SharePartitionOffsetInfo info = group.get(partition);
            starts.put(partition, info == null ? 0 : info.startOffset());
        }
        return starts;
    }

    private Map<TopicPartition, SharePartitionOffsetInfo> offsets(String group)
            throws TransportException, InterruptedException {
        try {
            Map<TopicPartition, SharePartitionOffsetInfo> known = new LinkedHashMap<>();
            calls.answer(calls.admin()
                            .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(group))
                    .forEach((partition, info) -> {
                        if (info != null) { // null while the group has not begun to read the partition
                            known.put(partition, info);
                        }
                    });
            return known;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw calls.failure("ask for the backlog of group " + group, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw calls.failure("ask for the backlog of group " + group, e);
        }
    }

    private List<TopicPartition> partitions(String topic) throws TransportException, InterruptedException {
        TopicDescription description = Objects.requireNonNull(calls.await(
                        "describe topic " + topic,
                        calls.admin().describeTopics(List.of(topic)).allTopicNames())
                .get(topic));
        return description.partitions().stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private long size(List<TopicPartition> partitions) throws TransportException, InterruptedException {
        long size = 0;
        if (!partitions.isEmpty()) {
            size += sum(partitions, OffsetSpec.latest());
            size -= sum(partitions, OffsetSpec.earliest());
        }
        return size;
    }

    private long sum(List<TopicPartition> partitions, OffsetSpec spec) throws TransportException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, spec));
        return calls
                .await(
                        "ask for the ends of " + partitions.get(0).topic(),
                        calls.admin()
                                .listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                                .all())
                .values()
                .stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }
}
