package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueAssignorTest {
    private static final String TOPIC = "queue";
    private static final Node NODE = new Node(1, "127.0.0.1", 9092);

    private final Map<String, Slot> slots = new TreeMap<>();
    private int generation;

    /** A member as it would tell of itself. */
    private static final class Slot {
        final SlotState state = new SlotState();
        List<TopicPartition> owned = List.of();
        int generation = -1;
    }

    /** One rebalance; checks what Kafka's client refuses. */
    private void rebalance(int partitions) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        slots.forEach((id, slot) -> subscriptions.put(
                id,
                new Subscription(List.of(TOPIC), slot.state.encode(), slot.owned, slot.generation, Optional.empty())));
        Cluster cluster = new Cluster(
                "cluster",
                List.of(NODE),
                IntStream.range(0, partitions)
                        .mapToObj(i -> new PartitionInfo(TOPIC, i, NODE, new Node[] {NODE}, new Node[] {NODE}))
                        .toList(),
                Set.of(),
                Set.of());
        Map<String, Assignment> assignments = new QueueAssignor()
                .assign(cluster, new GroupSubscription(subscriptions))
                .groupAssignment();

        Set<TopicPartition> added = new HashSet<>();
        Set<TopicPartition> revoked = new HashSet<>();
        List<TopicPartition> all = new ArrayList<>();
        generation++;
        slots.forEach((id, slot) -> {
            List<TopicPartition> given =
                    Objects.requireNonNull(assignments.get(id)).partitions();
            given.stream().filter(partition -> !slot.owned.contains(partition)).forEach(added::add);
            slot.owned.stream().filter(partition -> !given.contains(partition)).forEach(revoked::add);
            all.addAll(given);
            slot.owned = given;
            slot.generation = generation;
        });
        assertThat(all).doesNotHaveDuplicates();
        assertThat(added).as("given out before it was given up").noneMatch(revoked::contains);
    }

    private Slot join(String id) {
        return slots.computeIfAbsent(id, ignored -> new Slot());
    }

    private void settle(int partitions) {
        rebalance(partitions);
        rebalance(partitions);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTaskInHandIsEverTakenAndSharesAreEqualWhateverComesAndGoes(long seed) {
        Random random = new Random(seed);
        int partitions = 1 + random.nextInt(30);
        for (int number = 0; number < 400; number++) {
            int step = number;
            switch (random.nextInt(4)) {
                case 0 -> join("slot-" + random.nextInt(40));
                case 1 -> slots.remove("slot-" + random.nextInt(40));
                case 2 -> join("slot-" + random.nextInt(40)).state.free();
                default ->
                    slots.values().stream()
                            .filter(slot -> !slot.owned.isEmpty())
                            .forEach(slot -> slot.state.hold(slot.owned
                                    .get(random.nextInt(slot.owned.size()))
                                    .partition()));
            }
            Map<String, TopicPartition> held = new HashMap<>();
            slots.forEach((id, slot) -> slot.owned.stream()
                    .filter(partition -> slot.state.held().equals(OptionalInt.of(partition.partition())))
                    .forEach(partition -> held.put(id, partition)));

            settle(partitions);

            held.forEach((id, partition) -> assertThat(join(id).owned)
                    .as("seed %d step %d of %s", seed, step, id)
                    .contains(partition));
            assertThat(slots.values().stream()
                            .mapToInt(slot -> slot.owned.size())
                            .sum())
                    .isEqualTo(slots.isEmpty() ? 0 : partitions);
            assertThat(slots.values()).allSatisfy(slot -> assertThat(slot.owned.size())
                    .isBetween(partitions / slots.size(), (partitions + slots.size() - 1) / slots.size()));
        }
    }

    @Test
    void aSlotThatLeavesKeepsThePartitionOfItsTaskAlone() {
        join("a").state.hold(3);
        join("b");
        settle(8);
        join("a").state.hold(join("a").owned.get(2).partition());
        TopicPartition held = join("a").owned.get(2);

        join("a").state.leave();
        settle(8);

        assertThat(join("a").owned).containsExactly(held);
        assertThat(join("b").owned).hasSize(7);
    }

    @Test
    void aSlotThatLeavesWithoutATaskKeepsNothingAndTheLastOneLeavesAllBehind() {
        join("a");
        join("b");
        settle(4);

        join("a").state.leave();
        settle(4);
        List<TopicPartition> rest = join("b").owned;
        join("b").state.leave();
        settle(4);

        assertThat(rest).hasSize(4);
        assertThat(join("a").owned).isEmpty();
        assertThat(join("b").owned).isEmpty();
    }

    /** A queue was widened, and the next leader has not heard of it, or of the topic at all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 11})
    void aLeaderThatKnowsFewerPartitionsThanThereAreTakesNoneAway(int known) {
        join("a");
        join("b");
        settle(12);
        List<TopicPartition> before = join("a").owned;
        join("a").state.hold(before.get(before.size() - 1).partition());

        settle(known);

        assertThat(join("a").owned).containsExactlyInAnyOrderElementsOf(before);
        assertThat(join("b").owned).hasSize(12 - before.size());
    }

    @Test
    void whoHeardOfTheLaterGenerationOwnsWhatTwoClaim() {
        join("a");
        join("b");
        settle(2);
        Slot zombie = join("a");
        Slot owner = join("b");
        zombie.owned = List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
        zombie.generation = 1;
        owner.owned = List.of(new TopicPartition(TOPIC, 1));
        owner.state.hold(1);
        generation = 5;
        owner.generation = 5;

        rebalance(2);

        assertThat(owner.owned).containsExactly(new TopicPartition(TOPIC, 1));
        assertThat(zombie.owned).containsExactly(new TopicPartition(TOPIC, 0));
    }
}
