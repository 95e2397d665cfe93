package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final TopicPartition A = new TopicPartition("a", 3);
    private static final TopicPartition B = new TopicPartition("b", 3);

    private final Lane lane = new Lane(3);

    @Test
    void nothingIsHandledOrFetchedBeforeItStarts() {
        lane.add(A);
        accept(A, 0);

        assertThat(lane.shouldStart()).isTrue();
        assertThat(lane.wants(A)).isFalse();
        assertThat(lane.next()).isEmpty();
    }

    @Test
    void liveRecordsWaitUntilAllPartitionsAreReplayed() {
        lane.add(A);
        lane.add(B);
        lane.start(Map.of(A, 2L, B, 5L));
        accept(A, 0, 1, 2, 3);
        accept(B, 0);

        List<String> first = handled();
        lane.fetchedUpTo(A, 4);
        lane.fetchedUpTo(B, 1);
        List<String> meanwhile = handled();
        accept(B, 4, 5);
        List<String> replayedB = handled();
        lane.fetchedUpTo(B, 6);
        List<String> live = handled();

        assertThat(first).containsExactlyInAnyOrder("a0 replay", "a1 replay", "b0 replay");
        assertThat(meanwhile).isEmpty();
        assertThat(replayedB).containsExactly("b4 replay");
        assertThat(live).containsExactlyInAnyOrder("a2", "a3", "b5");
        assertThat(lane.wants(A)).isTrue();
    }

    @Test
    void replayEndsThoughTheLastOffsetsHoldNoRecord() {
        lane.add(A);
        lane.start(Map.of(A, 10L));
        accept(A, 0, 7);

        List<String> replayed = handled();
        lane.fetchedUpTo(A, 9);
        boolean replaying = !lane.replaying().isEmpty();
        lane.fetchedUpTo(A, 10);
        accept(A, 11);

        assertThat(replayed).containsExactly("a0 replay", "a7 replay");
        assertThat(replaying).isTrue();
        assertThat(handled()).containsExactly("a11");
    }

    @Test
    void aFailureDropsWhatWasFetchedAndPauses() {
        lane.add(A);
        lane.start(Map.of());
        accept(A, 0, 1);
        long epoch = lane.epoch();

        for (int failures = 0; failures < 8; failures++) {
            lane.fail("because");
        }

        assertThat(lane.shouldStart()).as("paused").isFalse();
        assertThat(lane.next()).isEmpty();
        assertThat(lane.epoch()).isGreaterThan(epoch);
        assertThat(lane.trouble()).contains("because");
        lane.recovered();
        assertThat(lane.trouble()).isEmpty();
    }

    private void accept(TopicPartition partition, long... offsets) {
        for (long offset : offsets) {
            lane.accept(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "key", new byte[0]));
        }
    }

    private List<String> handled() {
        List<String> handled = new ArrayList<>();
        for (Optional<Lane.Next> next = lane.next(); next.isPresent(); next = lane.next()) {
            ConsumerRecord<String, byte[]> record = next.get().record();
            handled.add(record.topic() + record.offset() + (next.get().replaying() ? " replay" : ""));
        }
        return handled;
    }
}
