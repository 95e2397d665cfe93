package io.tickshred.testkit;

import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A slot of a {@link MemoryTransport}: one thread that takes and works. */
public final class MemorySlot implements Transport.Slot {
    private static final Logger LOG = LoggerFactory.getLogger(MemorySlot.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(20);

    private final MemoryQueue queue;
    private final String instance;
    private final TaskHandler handler;
    private final Thread thread;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object monitor = new Object();
    private MemoryQueue.@Nullable Delivery inHand;

    MemorySlot(String name, String instance, MemoryQueue queue, TaskHandler handler) {
        this.queue = queue;
        this.instance = instance;
        this.handler = handler;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        queue.join(instance);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                MemoryQueue.Delivery delivery = queue.acquire(draining::get);
                if (delivery == null) {
                    return;
                }
                setInHand(delivery);
                work(delivery);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            setInHand(null);
            queue.leave(instance);
            ended.countDown();
        }
    }

    private void work(MemoryQueue.Delivery delivery) throws InterruptedException {
        Outcome outcome = Outcome.RELEASE;
        try {
            outcome = handler.handle(delivery.record(), delivery.count());
        } catch (RuntimeException e) {
            LOG.error(
                    "task handler failed, task released topic={} key={} delivery={}",
                    delivery.record().topic(),
                    delivery.record().key(),
                    delivery.count(),
                    e);
            Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } finally {
            settle(delivery, outcome);
        }
    }

    /** Says what became of a delivery, unless {@link #kill} took it away. */
    private void settle(MemoryQueue.Delivery delivery, Outcome outcome) {
        synchronized (monitor) {
            if (inHand != delivery) {
                return;
            }
            inHand = null;
            monitor.notifyAll();
        }
        if (outcome == Outcome.ACCEPT) {
            queue.accept(delivery);
        } else {
            queue.release(delivery);
        }
    }

    private void setInHand(MemoryQueue.@Nullable Delivery delivery) {
        synchronized (monitor) {
            inHand = delivery;
            monitor.notifyAll();
        }
    }

    /**
     * As if the process died: the task in hand comes back to the queue at once. The handler is interrupted, but, as a
     * zombie does, may go on for a while; what it returns is ignored.
     */
    public void kill() {
        draining.set(true);
        MemoryQueue.Delivery lost;
        synchronized (monitor) {
            lost = inHand;
            inHand = null;
            monitor.notifyAll();
        }
        if (lost != null) {
            queue.release(lost);
        }
        queue.wakeAll();
        thread.interrupt();
    }

    @Override
    public void drain() {
        draining.set(true);
        queue.wakeAll();
    }

    @Override
    public boolean awaitIdle(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (monitor) {
            while (inHand != null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(monitor, left);
            }
        }
        if (draining.get()) {
            return ended.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    @Override
    public boolean alive() {
        return ended.getCount() > 0 || draining.get();
    }

    @Override
    public void close() {
        drain();
        thread.interrupt();
        MemoryThreads.join(thread);
    }
}
