package io.tickshred.fleet;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.TaskHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the orchestrator to spare this instance when it scales in or deploys, while the instance holds a task. One
 * thread does all the asking, so a task neither waits for the answer nor fails by it: unprotected, a task that meets a
 * scale-in is given back and done again elsewhere.
 */
public final class ScaleInProtection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScaleInProtection.class);
    private static final long FOREVER = TimeUnit.DAYS.toNanos(1);

    private final Optional<EcsAgent> agent;
    private final Timing timing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;

    // All below are guarded by the lock.
    private int held;
    private boolean isProtected;
    private boolean complained;
    private long idleSince = System.nanoTime();
    private long askedAt;
    private long quietUntil = System.nanoTime();
    private boolean closed;

    /**
     * When the orchestrator is asked.
     *
     * @param expiry after which it drops the protection by itself, should this process die; whole minutes, at least one
     * @param refresh how often it is asked again while tasks last; below the expiry
     * @param linger how long the protection outlives the last task, so that it does not come and go between two tasks
     * @param retry how long a failed question rests
     */
    public record Timing(Duration expiry, Duration refresh, Duration linger, Duration retry) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofMinutes(10), Duration.ofMinutes(4), Duration.ofSeconds(5), Duration.ofSeconds(10));

        public Timing {
            if (expiry.toMinutes() < 1) {
                throw new IllegalArgumentException("expiry must be at least a minute: " + expiry);
            }
            if (refresh.compareTo(expiry) >= 0) {
                throw new IllegalArgumentException("refresh must be below the expiry: " + refresh);
            }
        }
    }

    private ScaleInProtection(Optional<EcsAgent> agent, Timing timing) {
        this.agent = agent;
        this.timing = timing;
        this.thread = new Thread(this::keep, "scale-in-protection");
        thread.setDaemon(true);
        if (agent.isPresent()) {
            thread.start();
        }
    }

    /** Where no orchestrator scales. */
    public static ScaleInProtection none() {
        return new ScaleInProtection(Optional.empty(), Timing.DEFAULT);
    }

    /** Protection by the agent of Amazon ECS, where {@code ECS_AGENT_URI} names one; none elsewhere. */
    public static ScaleInProtection ofEnvironment(Map<String, String> environment, Timing timing) {
        return new ScaleInProtection(EcsAgent.ofEnvironment(environment), timing);
    }

    /** The same handler, protected while it works. */
    public TaskHandler guard(TaskHandler handler) {
        if (agent.isEmpty()) {
            return handler;
        }
        return (task, delivery) -> {
            change(1);
            try {
                return handler.handle(task, delivery);
            } finally {
                change(-1);
            }
        };
    }

    private void change(int by) {
        lock.lock();
        try {
            held += by;
            idleSince = System.nanoTime();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void keep() {
        lock.lock();
        try {
            while (!closed) {
                long wait = act(System.nanoTime());
                if (wait > 0) {
                    long left = changed.awaitNanos(wait);
                    LOG.trace("woken with {} ns left", left);
                }
            }
            if (isProtected) {
                ask(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Does what is due and says in how many nanoseconds something may be due again; 0 for at once. */
    private long act(long now) throws InterruptedException {
        if (now - quietUntil < 0) {
            return quietUntil - now;
        }
        if (held > 0) {
            long due = askedAt + timing.refresh().toNanos() - now;
            if (isProtected && due > 0) {
                return due;
            }
            ask(true);
            return 0;
        }
        if (!isProtected) {
            return FOREVER;
        }
        long due = idleSince + timing.linger().toNanos() - now;
        if (due <= 0) {
            ask(false);
        }
        return Math.max(0, due);
    }

    /** Without the lock while the agent thinks: tasks come and go meanwhile. */
    private void ask(boolean protect) throws InterruptedException {
        lock.unlock();
        Optional<String> failure;
        try {
            failure = agent.orElseThrow().protect(protect, timing.expiry());
        } finally {
            lock.lock();
        }
        if (failure.isEmpty()) {
            isProtected = protect;
            askedAt = System.nanoTime();
            complained = false;
            return;
        }
        quietUntil = System.nanoTime() + timing.retry().toNanos();
        if (!complained) {
            complained = true;
            LogLine.warn(LOG, protect ? "Scale-in protection not given" : "Scale-in protection not taken")
                    .with(LogKey.REASON, failure.get())
                    .with(LogKey.NOTE, "tasks go on")
                    .write();
        }
    }

    /** Drops the protection, within seconds. */
    @Override
    public void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        thread.join(2 * EcsAgent.PATIENCE.toMillis());
    }
}
