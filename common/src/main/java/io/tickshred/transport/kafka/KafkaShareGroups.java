package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share groups that work on queues: what they need of the brokers, their settings, how much work is left. */
final class KafkaShareGroups implements TaskQueues {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaShareGroups.class);

    private final KafkaClients clients;
    private final KafkaCalls calls;
    private final KafkaNames names;
    private final KafkaConfiguration configuration;
    private final BrokerFeatures features;
    private final TopicEnds ends;
    private final GroupMembers members;

    KafkaShareGroups(KafkaClients clients, KafkaCalls calls, KafkaNames names) {
        this.clients = clients;
        this.calls = calls;
        this.names = names;
        this.configuration = clients.configuration();
        this.features = new BrokerFeatures(calls);
        this.ends = new TopicEnds(calls);
        this.members = new GroupMembers(calls);
    }

    @Override
    public String group(Topic queue) {
        return names.workers(queue);
    }

    @Override
    public TaskSource open(Topic queue, String slot) {
        return new ShareTaskSource(
                clients.shareConsumer(slot, group(queue)), names.topic(queue), configuration.taskLock());
    }

    @Override
    public void prepare() throws TransportException, InterruptedException {
        int version = features.shareVersion();
        if (version < 1) {
            throw new TransportException("Kafka at " + configuration.bootstrapServers()
                    + " has no share groups, which queue: share-group needs: set queue: consumer-group (QUEUE=consumer-group)"
                    + " in all services, or use Kafka 4.2 or later with share groups on (kafka-features.sh"
                    + " --bootstrap-server " + configuration.bootstrapServers()
                    + " upgrade --feature share.version=1)");
        }
        LogLine.info(LOG, "Work queues run on share groups")
                .with(LogKey.SETTING, "queue")
                .with(LogKey.VALUE, configuration.queue().text())
                .write();
        List<String> groups = QUEUES.stream().map(names::workers).toList();
        for (Topic queue : QUEUES) {
            features.warnOfMembers(queue, names.consumers(queue));
        }
        // All is asked before any answer is waited for: brokers that have just started answer slowly.
        List<Wish> wishes = new ArrayList<>();
        for (Setting setting : settings()) {
            wishes.addAll(ask(groups, setting));
        }
        for (Wish wish : wishes) {
            settle(wish);
        }
    }

    /**
     * How the groups are to be.
     *
     * @param needed false for what brokers may not know
     */
    private record Setting(String key, String value, boolean needed) {}

    /** A setting that a group was asked to have. */
    private record Wish(String group, Setting setting, KafkaFuture<Void> answer) {}

    private List<Setting> settings() {
        return List.of(
                new Setting("share.auto.offset.reset", "earliest", true),
                new Setting("share.isolation.level", "read_committed", true),
                new Setting(
                        "share.record.lock.duration.ms",
                        Long.toString(configuration.taskLock().toMillis()),
                        true),
                // Newer than share groups themselves: brokers that do not know them go by their own settings.
                new Setting("share.renew.acknowledge.enable", "true", false),
                new Setting(
                        "share.delivery.count.limit", Integer.toString(KafkaTransport.BROKER_DELIVERY_LIMIT), false),
                // How far tasks that are done get ahead of one that is not: as much as brokers allow unless told
                // otherwise.
                new Setting("share.partition.max.record.locks", "4000", false));
    }

    /** One request for each setting, as brokers refuse all of a group's for one that they do not know. */
    private List<Wish> ask(List<String> groups, Setting setting) throws TransportException {
        AlterConfigOp operation =
                new AlterConfigOp(new ConfigEntry(setting.key(), setting.value()), AlterConfigOp.OpType.SET);
        Map<ConfigResource, Collection<AlterConfigOp>> request = new LinkedHashMap<>();
        groups.forEach(group -> request.put(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(operation)));
        return calls.admin().incrementalAlterConfigs(request).values().entrySet().stream()
                .map(answer -> new Wish(answer.getKey().name(), setting, answer.getValue()))
                .toList();
    }

    private void settle(Wish wish) throws TransportException, InterruptedException {
        try {
            calls.answer(wish.answer());
        } catch (ExecutionException | TimeoutException e) {
            if (wish.setting().needed() || !(e.getCause() instanceof InvalidConfigurationException)) {
                throw calls.failure(
                        "set " + wish.setting().key() + " for group " + wish.group(),
                        e.getCause() == null ? e : e.getCause());
            }
            LogLine.warn(LOG, "Setting of a group not taken, the brokers' own holds")
                    .with(LogKey.GROUP, wish.group())
                    .with(LogKey.SETTING, wish.setting().key())
                    .with(LogKey.VALUE, wish.setting().value())
                    .with(LogKey.REASON, e.getCause().getMessage())
                    .write();
        }
    }

    /** By the group's own count, and where it has none all that the partition holds. */
    @Override
    public long backlog(Topic queue) throws TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> group = offsets(names.workers(queue));
        List<TopicPartition> unread = new ArrayList<>();
        long backlog = 0;
        for (TopicPartition partition : ends.partitions(names.topic(queue))) {
            SharePartitionOffsetInfo info = group.get(partition);
            if (info == null || info.lag().isEmpty()) {
                unread.add(partition);
            } else {
                backlog += info.lag().get();
            }
        }
        return backlog + ends.records(unread, Map.of());
    }

    @Override
    public List<GroupMembers.Member> members(Topic queue) throws TransportException, InterruptedException {
        return members.ofShareGroup(group(queue));
    }

    @Override
    public Map<TopicPartition, Long> starts(Topic queue) throws TransportException, InterruptedException {
        Map<TopicPartition, SharePartitionOffsetInfo> group = offsets(names.workers(queue));
        Map<TopicPartition, Long> starts = new LinkedHashMap<>();
        for (TopicPartition partition : ends.partitions(names.topic(queue))) {
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
}
