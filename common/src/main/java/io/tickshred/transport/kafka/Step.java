package io.tickshred.transport.kafka;

import io.tickshred.transport.Outgoing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The handling of one record, on the handler's thread. */
final class Step implements Runnable {
    private final Lane lane;
    private final long epoch;
    private final ConsumerRecord<String, byte[]> record;
    private final boolean replaying;
    private final Callable<Iterable<Outgoing>> work;
    private final CountDownLatch ended = new CountDownLatch(1);
    private Iterable<Outgoing> output = List.of();
    private @Nullable Throwable failure;
    private @Nullable Thread runner;
    private boolean interrupted;

    Step(Lane lane, Lane.Next next, Callable<Iterable<Outgoing>> work) {
        this.lane = lane;
        this.epoch = lane.epoch();
        this.record = next.record();
        this.replaying = next.replaying();
        this.work = work;
    }

    @Override
    public void run() {
        try {
            begin();
            output = work.call();
        } catch (Throwable e) { // whatever the handler throws is the outcome of the step
            failure = e;
        } finally {
            end();
        }
    }

    private synchronized void begin() throws InterruptedException {
        if (interrupted) {
            throw new InterruptedException("interrupted before it began");
        }
        runner = Thread.currentThread();
    }

    private synchronized void end() {
        runner = null;
        Thread.interrupted(); // the thread goes on to other steps
        ended.countDown();
    }

    synchronized void interrupt() {
        interrupted = true;
        if (runner != null) {
            runner.interrupt();
        }
    }

    /** Waits for the end; false when the time ran out. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for the end, however long it takes. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    Lane lane() {
        return lane;
    }

    /** Whether the lane still is as it was when the step began: its outcome counts. */
    boolean counts() {
        return lane.epoch() == epoch;
    }

    ConsumerRecord<String, byte[]> record() {
        return record;
    }

    /** Its record, for people. */
    String where() {
        return "topic=" + record.topic() + " partition=" + record.partition() + " offset=" + record.offset() + " key="
                + record.key();
    }

    boolean replaying() {
        return replaying;
    }

    /** After the end: what to publish. */
    Iterable<Outgoing> output() {
        return output;
    }

    /** After the end: what was thrown. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
