package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.transport.TaskHandler.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupTaskSourceTest {
    private static final String TOPIC = "queue";
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
    private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);

    private final RefusingConsumer consumer = new RefusingConsumer();
    private final SlotState state = new SlotState();
    private final List<Map<TopicPartition, Long>> done = new ArrayList<>();
    private final List<KafkaException> refusals = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private GroupTaskSource source;

    /** Refuses commits while there are refusals, each of which lasts for twenty seconds. */
    private final class RefusingConsumer extends MockConsumer<String, byte[]> {
        RefusingConsumer() {
            super("earliest");
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (!refusals.isEmpty()) {
                now = now.plusSeconds(20);
                throw refusals.remove(0);
            }
            super.commitSync(offsets, timeout);
        }
    }

    @BeforeEach
    void join() {
        source = new GroupTaskSource(consumer, TOPIC, state, done::add, () -> now.toNanos());
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
        consumer.updateEndOffsets(Map.of(ZERO, 0L, ONE, 0L));
        consumer.rebalance(Set.of(ZERO));
    }

    private void add(TopicPartition partition, long offset) {
        consumer.addRecord(new ConsumerRecord<>(TOPIC, partition.partition(), offset, "key", new byte[0]));
    }

    private HeldTask take() {
        return source.next(() -> false).orElseThrow();
    }

    private TaskPosition committed(TopicPartition partition) {
        return TaskPosition.of(consumer.committed(Set.of(partition)).get(partition));
    }

    /** Another slot had the partition, committed something, and lost it again to this one. */
    private void awayAndBack(Optional<TaskPosition> moved) {
        consumer.rebalance(Set.of());
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        moved.ifPresent(position -> offsets.put(ZERO, position.committed()));
        consumer.commitSync(offsets);
        consumer.rebalance(Set.of(ZERO));
    }

    @Test
    void aDeliveryIsCommittedBeforeTheTaskIsWorkedOnSoThatADeathCounts() {
        add(ZERO, 0);

        HeldTask task = take();

        assertThat(task.delivery()).isEqualTo(1);
        assertThat(committed(ZERO)).isEqualTo(new TaskPosition(0, 1));
        assertThat(state.held()).hasValue(0);
    }

    @Test
    void theNextOwnerOfATaskWhoseSlotDiedCountsOneMore() {
        consumer.commitSync(Map.of(ZERO, new TaskPosition(0, 4).committed()));
        awayAndBack(Optional.empty());
        add(ZERO, 0);

        assertThat(take().delivery()).isEqualTo(5);
    }

    @Test
    void aReleasedTaskComesAgainAndAnAcceptedOneDoesNot() {
        add(ZERO, 0);
        take().settle(Outcome.RELEASE);
        add(ZERO, 0);

        HeldTask again = take();
        again.settle(Outcome.ACCEPT);

        assertThat(again.delivery()).isEqualTo(2);
        assertThat(committed(ZERO)).isEqualTo(TaskPosition.at(1));
        assertThat(consumer.position(ZERO)).isEqualTo(1);
        assertThat(consumer.paused()).isEmpty();
        assertThat(state.held()).isEmpty();
    }

    @Test
    void aTaskWhosePartitionCameBackUntouchedIsStillAccepted() {
        add(ZERO, 0);
        HeldTask task = take();

        awayAndBack(Optional.empty());
        boolean usable = task.settle(Outcome.ACCEPT);

        assertThat(usable).isTrue();
        assertThat(committed(ZERO)).isEqualTo(TaskPosition.at(1));
        assertThat(consumer.position(ZERO)).isEqualTo(1);
    }

    @Test
    void aTaskThatAnotherSlotTookMeanwhileIsLeftToIt() {
        add(ZERO, 0);
        HeldTask task = take();

        awayAndBack(Optional.of(new TaskPosition(0, 2)));
        task.settle(Outcome.ACCEPT);

        assertThat(committed(ZERO)).isEqualTo(new TaskPosition(0, 2));
        assertThat(consumer.position(ZERO)).isZero();
    }

    @Test
    void aSlotThatLostItsPartitionNeverMovesItBack() {
        add(ZERO, 0);
        HeldTask task = take();

        awayAndBack(Optional.of(TaskPosition.at(6)));
        task.settle(Outcome.RELEASE);

        assertThat(committed(ZERO)).isEqualTo(TaskPosition.at(6));
        assertThat(consumer.position(ZERO)).isEqualTo(6);
    }

    @Test
    void partitionsThatComeWhileATaskIsHeldWait() {
        add(ZERO, 0);
        HeldTask task = take();

        consumer.rebalance(Set.of(ZERO, ONE));
        add(ONE, 0);
        task.keep();
        Set<TopicPartition> paused = consumer.paused();
        task.settle(Outcome.ACCEPT);

        assertThat(paused).containsExactlyInAnyOrder(ZERO, ONE);
        assertThat(take().record().partition()).isEqualTo(1);
    }

    @Test
    void aSlotThatLeavesAsksForItOnceWhileItHoldsATask() {
        add(ZERO, 0);
        HeldTask task = source.next(new Stopping()).orElseThrow();

        task.keep();
        boolean asked = consumer.shouldRebalance();
        consumer.resetShouldRebalance();
        task.keep();

        assertThat(state.isLeaving()).isTrue();
        assertThat(asked).isTrue();
        assertThat(consumer.shouldRebalance()).isFalse();
    }

    /** Says no once, then yes: the order to stop comes while the task is held. */
    private static final class Stopping implements BooleanSupplier {
        private boolean asked;

        @Override
        public boolean getAsBoolean() {
            boolean answer = asked;
            asked = true;
            return answer;
        }
    }

    @Test
    void theMarksOfTransactionsAreCommittedOverAndWhatIsDoneIsToldOnce() {
        add(ZERO, 0);
        take().settle(Outcome.ACCEPT);
        consumer.seek(ZERO, 2); // as a poll does that finds a mark

        source.next(() -> false);
        source.next(() -> false);

        assertThat(committed(ZERO)).isEqualTo(TaskPosition.at(2));
        assertThat(done).containsExactly(Map.of(ZERO, 2L));
    }

    @Test
    void aClientThatFailsWhileATaskIsHeldIsOfNoUseAfterwards() {
        add(ZERO, 0);
        HeldTask task = take();

        consumer.setPollException(new KafkaException("cut off"));
        task.keep();

        assertThat(task.settle(Outcome.ACCEPT)).isFalse();
    }

    @Test
    void aClientThatFailsWhileATaskIsHeldLeavesItsGroupAtOnceAndOnlyOnce() {
        add(ZERO, 0);
        HeldTask task = take();

        consumer.setPollException(new KafkaException("cut off"));
        task.keep();
        boolean left = consumer.closed();
        task.keep();
        task.settle(Outcome.RELEASE);
        source.close();

        assertThat(left).isTrue();
    }

    @Test
    void anEndOfATaskIsToldThroughARebalanceAndAnOutageThatLastLongerThanACall() {
        add(ZERO, 0);
        HeldTask task = take();
        refusals.addAll(List.of(
                new RebalanceInProgressException(), new TimeoutException("no answer"), new CommitFailedException()));

        boolean usable = task.settle(Outcome.ACCEPT);

        assertThat(usable).isTrue();
        assertThat(committed(ZERO)).isEqualTo(TaskPosition.at(1));
    }

    @Test
    void anEndOfATaskIsGivenUpAfterMinutesOrAtOnceBySlotsThatStop() {
        add(ZERO, 0);
        HeldTask task = take();
        for (int i = 0; i < 1000; i++) {
            refusals.add(new RebalanceInProgressException());
        }

        task.settle(Outcome.ACCEPT);
        Duration patient = now;
        add(ZERO, 0);
        refusals.clear();
        HeldTask last = source.next(new Stopping()).orElseThrow();
        refusals.add(new RebalanceInProgressException());
        refusals.add(new RebalanceInProgressException());
        last.settle(Outcome.ACCEPT);

        assertThat(patient).isEqualTo(Duration.ofMinutes(5));
        assertThat(now).isEqualTo(patient.plusSeconds(20));
        assertThat(committed(ZERO)).isEqualTo(new TaskPosition(0, 2));
    }

    @Test
    void aTaskThatCannotBeTakenInSecondsIsLeft() {
        add(ZERO, 0);
        refusals.addAll(List.of(new RebalanceInProgressException(), new RebalanceInProgressException()));

        Optional<HeldTask> taken = source.next(() -> false);

        assertThat(taken).isEmpty();
        assertThat(now).isEqualTo(Duration.ofSeconds(20));
        assertThat(state.held()).isEmpty();
    }
}
