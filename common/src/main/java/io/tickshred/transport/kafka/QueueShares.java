package io.tickshred.transport.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The sharing out of one queue's partitions among slots, by the rules of {@link QueueAssignor}. */
final class QueueShares {
    private final int partitions;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<TopicPartition, Claim> claims = new HashMap<>();
    private final List<TopicPartition> free = new ArrayList<>();

    /** Whose a partition is: of two who say so, the one who heard of the later generation. */
    private record Claim(String member, int generation) {}

    QueueShares(String topic, int partitions, Map<String, Subscription> subscriptions) {
        subscriptions.forEach((id, subscription) -> {
            if (subscription.topics().contains(topic)) {
                members.put(id, new Member(id, subscription.userData()));
                claim(topic, id, subscription);
            }
        });
        // A leader may not have heard yet of partitions that were added, which others have.
        this.partitions = Math.max(
                partitions,
                claims.keySet().stream()
                        .mapToInt(partition -> partition.partition() + 1)
                        .max()
                        .orElse(0));
        for (int number = 0; number < this.partitions; number++) {
            TopicPartition partition = new TopicPartition(topic, number);
            Claim claim = claims.get(partition);
            if (claim == null) {
                free.add(partition);
            } else {
                Objects.requireNonNull(members.get(claim.member())).owned.add(partition);
            }
        }
    }

    private void claim(String topic, String id, Subscription subscription) {
        int generation = subscription.generationId().orElse(-1);
        for (TopicPartition partition : subscription.ownedPartitions()) {
            if (partition.topic().equals(topic)) {
                claims.merge(
                        partition,
                        new Claim(id, generation),
                        (one, other) -> other.generation() > one.generation() ? other : one);
            }
        }
    }

    /** What each member gets now: of what moves from another, only what that one has given up. */
    Map<String, List<TopicPartition>> shares() {
        keep();
        free.sort(Comparator.comparingInt(TopicPartition::partition));
        for (TopicPartition partition : free) {
            members.values().stream()
                    .filter(Member::takesMore)
                    .min(Comparator.comparingInt((Member member) -> member.share.size())
                            .thenComparing(member -> member.id))
                    .ifPresent(member -> member.share.add(partition));
        }
        Map<String, List<TopicPartition>> shares = new HashMap<>();
        members.forEach((id, member) -> shares.put(
                id,
                member.share.stream()
                        .filter(partition -> !claims.containsKey(partition) || member.owned.contains(partition))
                        .toList()));
        return shares;
    }

    /** Lets everybody keep of what they own as much as their share holds, the task in hand first. */
    private void keep() {
        int takers = (int) members.values().stream().filter(Member::takesMore).count();
        int pinned = (int) members.values().stream()
                .filter(member -> !member.takesMore() && member.holdsAny())
                .count();
        int total = partitions - pinned;
        int share = takers == 0 ? 0 : total / takers;
        int larger = takers == 0 ? 0 : total % takers;
        for (Member member : members.values()) {
            member.owned.sort(Comparator.comparing((TopicPartition partition) -> !member.holds(partition))
                    .thenComparingInt(TopicPartition::partition));
            int most = member.takesMore() ? share : member.holdsAny() ? 1 : 0;
            if (member.takesMore() && larger > 0 && member.owned.size() > share) {
                most++;
                larger--;
            }
            int kept = Math.min(most, member.owned.size());
            member.share.addAll(member.owned.subList(0, kept));
            free.addAll(member.owned.subList(kept, member.owned.size()));
        }
    }

    /** One member while a topic is shared out. */
    private static final class Member {
        final String id;
        final SlotState state;
        final List<TopicPartition> owned = new ArrayList<>();
        final List<TopicPartition> share = new ArrayList<>();

        Member(String id, @Nullable ByteBuffer userData) {
            this.id = id;
            this.state = userData == null ? new SlotState() : SlotState.decode(userData);
        }

        boolean holds(TopicPartition partition) {
            return state.held().isPresent() && state.held().getAsInt() == partition.partition();
        }

        boolean holdsAny() {
            return owned.stream().anyMatch(this::holds);
        }

        boolean takesMore() {
            return !state.isLeaving();
        }
    }
}
