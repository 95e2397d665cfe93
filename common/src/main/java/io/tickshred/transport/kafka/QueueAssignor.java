package io.tickshred.transport.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Shares the partitions of a queue out among slots, equally but for one, without taking a task in hand from anyone: a
 * slot holds one task at a time, so the partition that it is of always fits into the slot's share. A slot that is about
 * to leave keeps that one alone. What moves is first given up, then given out, so that nobody stops meanwhile.
 */
public final class QueueAssignor implements ConsumerPartitionAssignor, Configurable {
    /** Of the client's properties: the {@link SlotState} of this slot. */
    static final String STATE = "tickshred.slot.state";

    private SlotState state = new SlotState();

    @Override
    public void configure(Map<String, ?> configs) {
        state = (SlotState) Objects.requireNonNull(configs.get(STATE));
    }

    @Override
    public String name() {
        return "tickshred-queue";
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return state.encode();
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription group) {
        Map<String, Subscription> members = group.groupSubscription();
        Map<String, List<TopicPartition>> shares = new HashMap<>();
        members.keySet().forEach(member -> shares.put(member, new ArrayList<>()));
        members.values().stream()
                .flatMap(subscription -> subscription.topics().stream())
                .distinct()
                .forEach(topic -> {
                    int count = Optional.ofNullable(metadata.partitionCountForTopic(topic))
                            .orElse(0);
                    new QueueShares(topic, count, members)
                            .shares()
                            .forEach((member, partitions) ->
                                    Objects.requireNonNull(shares.get(member)).addAll(partitions));
                });
        Map<String, Assignment> assignments = new HashMap<>();
        shares.forEach((member, partitions) -> assignments.put(member, new Assignment(partitions)));
        return new GroupAssignment(assignments);
    }
}
