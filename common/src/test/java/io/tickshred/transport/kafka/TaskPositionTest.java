package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class TaskPositionTest {
    @Test
    void deliveriesOfATaskAreCountedAcrossCommits() {
        TaskPosition first = TaskPosition.of(null).delivered(7);
        TaskPosition second = TaskPosition.of(first.committed()).delivered(7);
        TaskPosition third = TaskPosition.of(second.committed()).delivered(7);

        assertThat(first).isEqualTo(new TaskPosition(7, 1));
        assertThat(third).isEqualTo(new TaskPosition(7, 3));
    }

    @Test
    void theNextTaskBeginsAtOne() {
        TaskPosition position = new TaskPosition(7, 4);

        assertThat(position.delivered(9)).isEqualTo(new TaskPosition(9, 1));
        assertThat(TaskPosition.of(TaskPosition.at(8).committed())).isEqualTo(new TaskPosition(8, 0));
    }

    @Test
    void metadataOfOthersCountsAsNone() {
        assertThat(TaskPosition.of(new OffsetAndMetadata(7, "reset by hand"))).isEqualTo(new TaskPosition(7, 0));
        assertThat(TaskPosition.of(new OffsetAndMetadata(7, "deliveries=99999999999")))
                .isEqualTo(new TaskPosition(7, 0));
    }
}
