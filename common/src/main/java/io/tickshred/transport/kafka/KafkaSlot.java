package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot of a work queue: a Kafka client with a thread of its own, which holds at most one task and keeps it while
 * another thread works on it.
 */
final class KafkaSlot implements Transport.Slot {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSlot.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final TaskQueues queues;
    private final Topic queue;
    private final KafkaRecords records;
    private final TaskHandler handler;
    private final String name;
    private final Workplace workplace;
    private final KafkaThread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object monitor = new Object();
    private boolean busy;
    private int failures;
    private volatile @Nullable String trouble;

    KafkaSlot(TaskQueues queues, Topic queue, String name, KafkaRecords records, TaskHandler handler) {
        this.queues = queues;
        this.queue = queue;
        this.name = name;
        this.records = records;
        this.handler = handler;
        this.workplace = new Workplace(name + "-work");
        this.thread = new KafkaThread(name, this::run);
        thread.start();
    }

    private void run() throws InterruptedException {
        try {
            while (!thread.stopping()) {
                try (TaskSource source = queues.open(queue, name)) {
                    serve(source);
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

    /** Works until it is told to stop or the source is of no use any more. */
    private void serve(TaskSource source) throws InterruptedException {
        boolean usable = true;
        while (usable && !thread.stopping()) {
            Optional<HeldTask> task = source.next(thread::stopping);
            if (task.isPresent()) {
                setBusy(true);
                usable = work(task.get());
                setBusy(false);
            }
        }
    }

    private boolean work(HeldTask task) throws InterruptedException {
        ConsumerRecord<String, byte[]> record = task.record();
        int delivery = task.delivery();
        HeldTask.Ending ending =
                task.awaitEnd(workplace.start(() -> handler.handle(records.incoming(record), delivery)));
        boolean usable = task.settle(ending.outcome());
        if (ending.failure().isEmpty()) {
            failures = 0;
            trouble = null;
        } else if (!thread.stopping()) {
            Throwable failure = ending.failure().get();
            fail(
                    "task handler failed, task given back topic=" + record.topic() + " key=" + record.key()
                            + " delivery=" + delivery + ": " + failure,
                    failure);
        }
        return usable;
    }

    private void fail(String what, Throwable cause) throws InterruptedException {
        boolean told = what.equals(trouble);
        trouble = what;
        if (cause instanceof KafkaException) {
            if (!told) {
                LogLine.warn(LOG, "Slot cut off, tried again until it works")
                        .with(LogKey.REASON, what)
                        .write();
            }
        } else {
            LogLine.error(LOG, "Task handler failed, its task is given back")
                    .with(LogKey.REASON, what)
                    .cause(cause)
                    .write();
        }
        thread.pause(BACKOFF.after(failures));
        failures++;
    }

    private String explain(KafkaException e) {
        if (e instanceof GroupMaxSizeReachedException) {
            return "group " + queues.group(queue) + " is full; raise the brokers' limit (group.share.max.size,"
                    + " group.max.size) or run fewer slots";
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
