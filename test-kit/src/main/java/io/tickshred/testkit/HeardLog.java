package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Keeps what it hears and publishes nothing. */
final class HeardLog implements LogHandler {
    final List<Incoming> records = new CopyOnWriteArrayList<>();
    private final Set<String> replayedRecords = ConcurrentHashMap.newKeySet();

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        if (replaying) {
            replayedRecords.add(TransportFixture.coordinates(record));
        } else {
            records.add(record);
        }
        return List.of();
    }

    @Override
    public void forget(Topic topic, int partition) {}

    List<Incoming> live() {
        return List.copyOf(records);
    }

    Map<String, List<Incoming>> byKey() {
        return live().stream().collect(Collectors.groupingBy(Incoming::key));
    }

    void awaitCount(int count) throws InterruptedException {
        Await.until(count + " records", () -> records.size() >= count, records::size);
    }
}
