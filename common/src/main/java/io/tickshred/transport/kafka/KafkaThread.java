package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that owns a Kafka client, which no other thread may touch. */
final class KafkaThread {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaThread.class);

    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean died;

    /** What the thread does until it is told to stop. Returning earlier is dying. */
    interface Work {
        void run() throws InterruptedException;
    }

    KafkaThread(String name, Work work) {
        thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
    }

    private void run(Work work) {
        try {
            work.run();
            died = !stopping();
        } catch (InterruptedException e) {
            died = !stopping();
        } catch (RuntimeException | Error e) {
            died = true;
            LogLine.error(LOG, "Thread died")
                    .with(LogKey.DEAD, thread.getName())
                    .cause(e)
                    .write();
        }
    }

    void start() {
        thread.start();
    }

    void stop() {
        stop.countDown();
    }

    boolean stopping() {
        return stop.getCount() == 0;
    }

    /** False once it ended without having been told to. */
    boolean alive() {
        return !died;
    }

    /** Sleeps, until it is told to stop at the longest. */
    void pause(Duration time) throws InterruptedException {
        stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for its end; interrupts it when it takes longer. Keeps the caller's own interruption for later. */
    void join(Duration patience) {
        if (thread == Thread.currentThread()) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + patience.toNanos();
        while (thread.isAlive()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                thread.interrupt();
                break;
            }
            try {
                thread.join(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
