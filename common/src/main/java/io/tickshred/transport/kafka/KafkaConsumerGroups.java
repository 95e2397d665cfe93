package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work queues on consumer groups, for brokers that have no share groups. */
final class KafkaConsumerGroups implements TaskQueues {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConsumerGroups.class);

    private final KafkaClients clients;
    private final KafkaCalls calls;
    private final KafkaNames names;
    private final BrokerFeatures features;
    private final TopicEnds ends;
    private final GroupMembers members;
    private final ShareGroupHandover handover;
    private final AtomicBoolean complained = new AtomicBoolean();

    KafkaConsumerGroups(KafkaClients clients, KafkaCalls calls, KafkaNames names) {
        this.clients = clients;
        this.calls = calls;
        this.names = names;
        this.features = new BrokerFeatures(calls);
        this.ends = new TopicEnds(calls);
        this.members = new GroupMembers(calls);
        this.handover = new ShareGroupHandover(calls, ends);
    }

    @Override
    public String group(Topic queue) {
        return names.consumers(queue);
    }

    @Override
    public void prepare() throws TransportException, InterruptedException {
        int version = features.shareVersion();
        LogLine.info(LOG, "Work queues run on consumer groups")
                .with(LogKey.SETTING, "queue")
                .with(LogKey.VALUE, clients.configuration().queue().text())
                .with(LogKey.PARTITIONS, clients.configuration().queuePartitions())
                .with(
                        LogKey.NOTE,
                        version > 0
                                ? "these brokers have share groups, with which queue: share-group does better"
                                : null)
                .write();
        if (version > 0) {
            for (Topic queue : QUEUES) {
                features.warnOfMembers(queue, names.workers(queue));
                takeOver(queue);
            }
        }
    }

    /**
     * Where a share group has worked on the queue before, goes on from the first task that it did not do. Positions of
     * its own from before that are older, and count where the share group has not come so far. Slots that work already
     * have positions that are right.
     */
    private void takeOver(Topic queue) throws TransportException, InterruptedException {
        try {
            if (!members(queue).isEmpty()) {
                return;
            }
            Map<TopicPartition, Long> own = offsets(queue);
            Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>();
            handover.starts(names.workers(queue)).forEach((partition, start) -> {
                if (start.offset() > own.getOrDefault(partition, -1L)) {
                    ahead.put(partition, start);
                }
            });
            if (!ahead.isEmpty()) {
                calls.answer(calls.admin()
                        .alterConsumerGroupOffsets(group(queue), ahead)
                        .all());
                LogLine.info(LOG, "Queue taken over from share groups")
                        .with(LogKey.TOPIC, names.topic(queue))
                        .with(LogKey.PARTITIONS, ahead.size())
                        .write();
            }
        } catch (ExecutionException | TimeoutException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                LogLine.warn(LOG, "Queue not taken over from share groups, tasks that are done may be done again")
                        .with(LogKey.TOPIC, names.topic(queue))
                        .with(LogKey.REASON, FailureText.of(e.getCause() == null ? e : e.getCause()))
                        .write();
            }
        }
    }

    @Override
    public TaskSource open(Topic queue, String slot) {
        SlotState state = new SlotState();
        return new GroupTaskSource(
                clients.queueConsumer(slot, group(queue), state), names.topic(queue), state, this::delete);
    }

    /**
     * Deletes tasks that are done. Brokers forget the positions of a group without members after some days, and its
     * next member begins at the start: that must be the first task that is not done.
     */
    private void delete(Map<TopicPartition, Long> done) {
        Map<TopicPartition, RecordsToDelete> below = new HashMap<>();
        done.forEach((partition, offset) -> below.put(partition, RecordsToDelete.beforeOffset(offset)));
        try {
            calls.admin().deleteRecords(below).all().whenComplete((deleted, failure) -> {
                if (failure != null) {
                    complain(failure);
                }
            });
        } catch (TransportException e) {
            complain(e);
        }
    }

    private void complain(Throwable failure) {
        if (!complained.getAndSet(true)) {
            LogLine.warn(LOG, "Tasks that are done cannot be deleted")
                    .with(LogKey.REASON, FailureText.of(failure))
                    .with(
                            LogKey.NOTE,
                            "raise the brokers' offsets.retention.minutes above the fleet's retention, or they are done"
                                    + " again when no slot has worked for so long")
                    .write();
        }
    }

    /** From the committed positions on, at each of which lies the task in hand. */
    @Override
    public long backlog(Topic queue) throws TransportException, InterruptedException {
        return ends.records(ends.partitions(names.topic(queue)), offsets(queue));
    }

    @Override
    public List<GroupMembers.Member> members(Topic queue) throws TransportException, InterruptedException {
        return members.ofConsumerGroup(group(queue));
    }

    @Override
    public Map<TopicPartition, Long> starts(Topic queue) throws TransportException, InterruptedException {
        Map<TopicPartition, Long> offsets = offsets(queue);
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : ends.partitions(names.topic(queue))) {
            starts.put(partition, offsets.getOrDefault(partition, 0L));
        }
        return starts;
    }

    private Map<TopicPartition, Long> offsets(Topic queue) throws TransportException, InterruptedException {
        String group = group(queue);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            calls.answer(calls.admin()
                            .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                            .partitionsToOffsetAndMetadata(group))
                    .forEach((partition, committed) -> {
                        if (committed != null) { // null while nobody has committed
                            offsets.put(partition, committed.offset());
                        }
                    });
            return offsets;
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
