package io.tickshred.standalone.transport;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import io.tickshred.transport.kafka.KafkaTransport;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A coordinator process that counts the records of each key and publishes each count in two records, with a pause in
 * between, so that it is in a transaction most of the time: {@code CountingCoordinator <bootstrap> <prefix>
 * <instance>}.
 */
final class CountingCoordinator implements LogHandler {
    private static final long PAUSE_MILLIS = 5;
    private final Map<String, Integer> counts = new HashMap<>();

    private CountingCoordinator() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaTransport transport =
                new KafkaTransport(KafkaConfiguration.of(args[0]).withTopicPrefix(args[1]), args[2]);
        transport.process("counting", Set.of(Topic.CHUNK_RESULTS), true, new CountingCoordinator());
        new CountDownLatch(1).await();
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        String key = record.partition() + " " + record.key();
        int count = counts.merge(key, 1, Integer::sum);
        if (!replaying) {
            System.out.println("handling " + key + " " + count);
        }
        return () -> outputs(record.key(), count);
    }

    private static Iterator<Outgoing> outputs(String key, int count) {
        return Stream.of("a", "b")
                .map(part -> {
                    pause();
                    return Outgoing.of(
                            Topic.DAY_COMPLETE, key, (key + "=" + count + part).getBytes(StandardCharsets.UTF_8));
                })
                .iterator();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void forget(Topic topic, int partition) {
        counts.keySet().removeIf(key -> key.startsWith(partition + " "));
    }
}
