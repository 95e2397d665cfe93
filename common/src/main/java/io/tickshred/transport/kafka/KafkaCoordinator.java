package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of a coordinator. Works in sessions: one consumer and its transactional producer, until it is closed or
 * the brokers want no more of them; then the next. Only another instance of the same name ends it for good.
 */
final class KafkaCoordinator implements Transport.Running {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaCoordinator.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final KafkaClients clients;
    private final KafkaNames names;
    private final KafkaRecords records;
    private final String name;
    private final Set<Topic> topics;
    private final boolean replay;
    private final LogHandler handler;
    private final Workplace workplace;
    private final KafkaThread thread;
    private volatile @Nullable CoordinatorSession session;
    private volatile @Nullable String outage;

    KafkaCoordinator(
            KafkaClients clients,
            KafkaNames names,
            KafkaRecords records,
            String name,
            Set<Topic> topics,
            boolean replay,
            LogHandler handler) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("topics must not be empty: coordinator " + name);
        }
        this.clients = clients;
        this.names = names;
        this.records = records;
        this.name = name;
        this.topics = Set.copyOf(topics);
        this.replay = replay;
        this.handler = handler;
        this.workplace = new Workplace(name + "-handler");
        this.thread = new KafkaThread(name + "-" + clients.instance(), this::run);
        thread.start();
    }

    private void run() throws InterruptedException {
        try {
            while (!thread.stopping()) {
                try (Consumer<String, byte[]> consumer = clients.groupConsumer(name, names.group(name))) {
                    runSession(consumer);
                } catch (FencedInstanceIdException e) {
                    outage = "coordinator " + name + " ended: another instance named " + clients.instance()
                            + " has taken its place; give each instance a name of its own";
                    LogLine.error(LOG, "Coordinator ended")
                            .with(LogKey.COORDINATOR, name)
                            .with(LogKey.REASON, outage)
                            .write();
                    return;
                } catch (InterruptException e) {
                    Thread.interrupted();
                    throw new InterruptedException("coordinator " + name + " interrupted");
                } catch (KafkaException e) {
                    String why = "coordinator " + name + " is cut off: " + FailureText.of(e);
                    if (!why.equals(outage)) {
                        LogLine.warn(LOG, "Coordinator cut off, tried again until it works")
                                .with(LogKey.COORDINATOR, name)
                                .with(LogKey.REASON, FailureText.of(e))
                                .write();
                    }
                    outage = why;
                    thread.pause(PAUSE);
                }
            }
        } finally {
            workplace.close();
        }
    }

    private void runSession(Consumer<String, byte[]> consumer) throws InterruptedException {
        OutputTransaction transaction = new OutputTransaction(
                () -> clients.transactionalProducer(name, names.transactionalId(name, clients.instance())), records);
        CoordinatorSession current = new CoordinatorSession(
                name,
                topics.stream().collect(Collectors.toMap(names::topic, topic -> topic)),
                replay,
                consumer,
                transaction,
                records,
                handler,
                workplace);
        session = current;
        try {
            current.run(() -> outage = null, thread::stopping);
        } finally {
            session = null;
            transaction.abort();
        }
    }

    @Override
    public boolean alive() {
        return thread.alive();
    }

    @Override
    public Optional<String> trouble() {
        CoordinatorSession current = session;
        Optional<String> cutOff = Optional.ofNullable(outage);
        return current == null ? cutOff : cutOff.or(current::trouble);
    }

    @Override
    public void drain() {
        thread.stop();
    }

    @Override
    public void close() {
        thread.stop();
        thread.join(CoordinatorSession.GRACE.plus(KafkaClients.CALL_TIMEOUT));
    }
}
