package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How every {@link Transport} shows compacted topics and ranges of logs. */
public abstract class ViewContract extends QueueContract {
    @Test
    void aViewFromAnInstantOnLeavesOutWhatWasWrittenBefore() throws Exception {
        List<Incoming> seen = new CopyOnWriteArrayList<>();
        publish(keys(20, "old"));
        Thread.sleep(20);
        Instant since = Instant.now();
        Thread.sleep(20);
        publish(keys(1, "new"));

        Transport.View view = closing(transport.view(Topic.CHUNK_RESULTS, since, seen::add));
        boolean caughtUp = view.awaitCaughtUp(Await.PATIENCE);
        publish(keys(20, "newer"));
        Await.until("all is heard", () -> seen.size() >= 21, seen::size);

        assertThat(caughtUp).isTrue();
        assertThat(seen.stream().map(TransportFixture::text))
                .doesNotContain("old")
                .hasSize(21);
        assertThat(seen.get(0).writtenAt()).isBetween(since, Instant.now());
    }

    @Test
    void aViewHearsAllThatWasCommittedBeforeItCaughtUp() throws Exception {
        publish(IntStream.range(0, 100).mapToObj(i -> record(Topic.DAY_STATUS, "day-" + i % 20, "" + i)));
        publish(Stream.of(Outgoing.tombstone(Topic.DAY_STATUS, "day-3")));
        Map<String, String> table = new ConcurrentHashMap<>();
        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> record.value()
                .ifPresentOrElse(
                        value -> table.put(record.key(), new String(value, StandardCharsets.UTF_8)),
                        () -> table.remove(record.key()))));

        boolean caughtUp = view.awaitCaughtUp(Await.PATIENCE);
        Map<String, String> atFirst = Map.copyOf(table);
        publish(Stream.of(record(Topic.DAY_STATUS, "day-3", "again"), Outgoing.tombstone(Topic.DAY_STATUS, "day-4")));
        view.awaitCaughtUp(Await.PATIENCE);

        assertThat(caughtUp).isTrue();
        assertThat(atFirst).hasSize(19).containsEntry("day-19", "99").doesNotContainKey("day-3");
        assertThat(table).hasSize(19).containsEntry("day-3", "again").doesNotContainKey("day-4");
        assertThat(view.alive()).isTrue();
    }

    @Test
    void aViewOutlivesARecordThatItsListenerCannotRead() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        publish(Stream.of("1", "bad", "3").map(text -> record(Topic.DAY_STATUS, "day", text)));

        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> {
            if (text(record).equals("bad")) {
                throw new IllegalStateException("unreadable");
            }
            heard.add(text(record));
        }));
        view.awaitCaughtUp(Await.PATIENCE);

        assertThat(heard).containsExactly("1", "3");
        assertThat(view.trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble).contains("key=day", "unreadable"));
    }

    @Test
    void whatIsToldToEndTakesNothingFurtherAndIsNotTakenForDead() throws Exception {
        HeardLog handled = new HeardLog();
        List<String> heard = new CopyOnWriteArrayList<>();
        Transport.Running coordinator = closing(transport.process("sink", Set.of(Topic.CHUNK_RESULTS), false, handled));
        Transport.View view = closing(transport.view(Topic.DAY_STATUS, record -> heard.add(text(record))));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "before"), record(Topic.DAY_STATUS, "day", "before")));
        handled.awaitCount(1);
        Await.until("the view hears it", () -> heard.size() == 1);

        Transport.Running.closeAll(List.of(coordinator, view));
        publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "after"), record(Topic.DAY_STATUS, "day", "after")));
        HeardLog successor = new HeardLog();
        closing(transport.process("sink", Set.of(Topic.CHUNK_RESULTS), false, successor));
        successor.awaitCount(1);

        assertThat(successor.records.stream().map(TransportFixture::text)).containsExactly("after");
        assertThat(handled.records.stream().map(TransportFixture::text)).containsExactly("before");
        assertThat(heard).containsExactly("before");
        assertThat(coordinator.alive()).isTrue();
        assertThat(view.alive()).isTrue();
    }

    @Test
    void aRangeIsReadWithoutWhatLiesOutsideOfIt() throws Exception {
        HeardLog seen = new HeardLog();
        // Through a coordinator, so that transactions leave their marks between the records.
        LogHandler copy =
                handler((record, replaying) -> List.of(record(Topic.BATCH_RESULTS, record.key(), text(record))));
        closing(transport.process("copy", Set.of(Topic.CHUNK_RESULTS), false, copy));
        closing(transport.process("sink", Set.of(Topic.BATCH_RESULTS), false, seen));
        for (int i = 0; i < 10; i++) {
            publish(Stream.of(record(Topic.CHUNK_RESULTS, "key", "" + i)));
            seen.awaitCount(i + 1);
        }
        int partition = seen.records.get(0).partition();
        List<Long> offsets = seen.records.stream().map(Incoming::offset).toList();

        assertThat(range(partition, offsets.get(2), offsets.get(7))).containsExactly("2", "3", "4", "5", "6", "7");
        assertThat(range(partition, offsets.get(9), offsets.get(9))).containsExactly("9");
        assertThat(range(partition, 0, offsets.get(9))).hasSize(10);
        assertThat(range(partition, offsets.get(4), offsets.get(5) - 1))
                .startsWith("4")
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aRangeThatTheLogDoesNotHoldIsAnError() throws Exception {
        publish(Stream.of(record(Topic.BATCH_RESULTS, "key", "1")));

        assertThatThrownBy(() -> transport.read(Topic.BATCH_RESULTS, 0, 0, 1_000_000, record -> {}))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("batch-results")
                .hasMessageContaining("1000000");
    }

    private List<String> range(int partition, long first, long last) throws Exception {
        List<String> read = new ArrayList<>();
        transport.read(Topic.BATCH_RESULTS, partition, first, last, record -> read.add(text(record)));
        return read;
    }
}
