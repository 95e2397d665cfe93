package io.tickshred.transport.kafka;

import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot of a work queue: a share consumer with a thread of its own, which holds at most one task and renews its lock
 * while another thread works on it. A client that lost its task's lock is thrown away once the work is done.
 */
final class KafkaSlot implements Transport.Slot {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSlot.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final KafkaClients clients;
    private final KafkaRecords records;
    private final TaskHandler handler;
    private final String topic;
    private final String group;
    private final String name;
    private final Workplace workplace;
    private final KafkaThread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object monitor = new Object();
    private boolean busy;
    private int failures;
    private volatile @Nullable String trouble;

    KafkaSlot(
            KafkaClients clients,
            KafkaNames names,
            KafkaRecords records,
            Topic queue,
            int number,
            TaskHandler handler) {
        this.clients = clients;
        this.records = records;
        this.handler = handler;
        this.topic = names.topic(queue);
        this.group = names.workers(queue);
        this.name = queue.baseName() + "-" + clients.instance() + "-" + number;
        this.workplace = new Workplace(name + "-work");
        this.thread = new KafkaThread(name, this::run);
        thread.start();
    }

    private void run() throws InterruptedException {
        try {
            while (!thread.stopping()) {
                try (ShareConsumer<String, byte[]> consumer = clients.shareConsumer(name, group)) {
                    consumer.subscribe(List.of(topic));
                    serve(consumer);
                } catch (InterruptException e) {
                    Thread.interrupted();
                    throw new InterruptedException("slot " + name + " interrupted");
                } catch (KafkaException e) {
                    fail("slot " + name + " is cut off: " + explain(e), e);
                }
            }
        } finally {
            workplace.close();
            setBusy(false);
            ended.countDown();
        }
    }

    /** Works until it is told to stop or the consumer is of no use any more. */
    private void serve(ShareConsumer<String, byte[]> consumer) throws InterruptedException {
        boolean usable = true;
        while (usable && !thread.stopping()) {
            ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
            if (polled.isEmpty()) {
                continue;
            }
            ConsumerRecord<String, byte[]> task = null;
            for (ConsumerRecord<String, byte[]> record : polled) {
                // One at a time was asked for; what comes beyond that, or after the order to stop, goes back at once.
                if (task == null && !thread.stopping()) {
                    task = record;
                } else {
                    consumer.acknowledge(record, AcknowledgeType.RELEASE);
                }
            }
            if (task == null) {
                consumer.commitSync(KafkaClients.CALL_TIMEOUT);
            } else {
                setBusy(true);
                usable = work(consumer, task);
                setBusy(false);
            }
        }
    }

    private boolean work(ShareConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> task)
            throws InterruptedException {
        int delivery = task.deliveryCount().map(Short::intValue).orElse(1);
        Duration lock = consumer.acquisitionLockTimeoutMs()
                .map(Duration::ofMillis)
                .orElse(clients.configuration().taskLock());
        HeldTask held = new HeldTask(consumer, task, lock);
        HeldTask.Ending ending = held.awaitEnd(workplace.start(() -> handler.handle(records.incoming(task), delivery)));
        if (ending.failure().isPresent()) {
            Throwable failure = ending.failure().get();
            held.settle(AcknowledgeType.RELEASE);
            if (!thread.stopping()) {
                fail(
                        "task handler failed, task given back topic=" + topic + " key=" + task.key() + " delivery="
                                + delivery + ": " + failure,
                        failure);
            }
        } else {
            held.settle(
                    ending.outcome() == TaskHandler.Outcome.ACCEPT ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE);
            failures = 0;
            trouble = null;
        }
        return held.holding();
    }

    private void fail(String what, Throwable cause) throws InterruptedException {
        boolean told = what.equals(trouble);
        trouble = what;
        if (cause instanceof KafkaException) {
            if (!told) {
                LOG.warn("{}; tried again until it works", what);
            }
        } else {
            LOG.error("{}", what, cause);
        }
        thread.pause(BACKOFF.after(failures));
        failures++;
    }

    private String explain(KafkaException e) {
        if (e instanceof GroupMaxSizeReachedException) {
            return "group " + group + " is full; raise group.share.max.size on the brokers or run fewer slots";
        }
        return FailureText.of(e);
    }

    private void setBusy(boolean now) {
        synchronized (monitor) {
            busy = now;
            monitor.notifyAll();
        }
    }

    @Override
    public void drain() {
        thread.stop();
    }

    @Override
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (thread.stopping()) {
            return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
        synchronized (monitor) {
            while (busy) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
            }
            return true;
        }
    }

    @Override
    public boolean alive() {
        return thread.alive();
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void close() {
        thread.stop();
        workplace.close();
        thread.join(KafkaClients.CALL_TIMEOUT);
    }
}
