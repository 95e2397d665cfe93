package io.tickshred.planner.backlog;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.meter.MeterSection;
import io.tickshred.transport.Pending;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the log again and again how much waits in its queues and how far coordinators are behind, for metrics. Needs no
 * worker and no finalizer to run, so that a fleet can be scaled up from none.
 */
public final class BacklogSampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogSampler.class);

    private final Transport transport;
    private final BacklogMetrics metrics;
    private final Also also;
    private final Duration every;
    private final Thread thread = new Thread(this::run, "backlog-sampler");
    private boolean complained;

    /** What else is looked at each time, in the same thread: figures that are not free to have. */
    @FunctionalInterface
    public interface Also {
        void run() throws InterruptedException;
    }

    public BacklogSampler(Transport transport, MeterRegistry registry, InstantSource clock, Duration every, Also also) {
        this.transport = transport;
        this.metrics = new BacklogMetrics(registry, clock);
        this.also = also;
        this.every = every;
        thread.setDaemon(true);
    }

    /** What it exports. */
    public static MeterSection meters() {
        return BacklogMetrics.SECTION;
    }

    /** Begins to sample. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.interrupted()) {
                sample();
                Thread.sleep(every.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Asks once. What cannot be had is unknown from then on. An outage is one line, naming what failed first; another
     * says when all is known again.
     */
    void sample() throws InterruptedException {
        boolean well = true;
        for (Topic queue : BacklogMetrics.QUEUES) {
            well &= sample(queue, LogKey.QUEUE, queue.baseName(), () -> pending(transport.queue(queue)));
        }
        for (Coordinator coordinator : Coordinator.values()) {
            well &= sample(coordinator, LogKey.COORDINATOR, coordinator.text(), () -> coordinator.pending(transport));
        }
        also.run();
        if (well && complained) {
            complained = false;
            LogLine.info(LOG, "Backlog known again").write();
        }
    }

    private static Pending pending(QueueState state) {
        return new Pending(state.backlog(), state.oldestAt());
    }

    /** Asks the log. */
    private interface Question {
        Pending ask() throws TransportException, InterruptedException;
    }

    private boolean sample(Object what, LogKey kind, String name, Question question) throws InterruptedException {
        try {
            metrics.set(what, Optional.of(question.ask()));
            return true;
        } catch (TransportException | RuntimeException e) {
            metrics.set(what, Optional.empty());
            if (!complained) {
                complained = true;
                LogLine.warn(LOG, "Backlog not known")
                        .with(kind, name)
                        .with(LogKey.REASON, e.getMessage())
                        .write();
            }
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
