package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts records of each key and publishes the count: wrong as soon as state is lost or kept where it must not be. */
final class CountingHandler implements LogHandler {
    final Map<Integer, Map<String, Integer>> state = new ConcurrentHashMap<>();
    final AtomicInteger replayed = new AtomicInteger();

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        int count = state.computeIfAbsent(record.partition(), partition -> new ConcurrentHashMap<>())
                .merge(record.key(), 1, Integer::sum);
        if (replaying) {
            replayed.incrementAndGet();
        }
        return List.of(TransportFixture.record(Topic.DAY_COMPLETE, record.key(), record.key() + "=" + count));
    }

    @Override
    public void forget(Topic topic, int partition) {
        state.remove(partition);
    }
}
