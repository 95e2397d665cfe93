package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of a coordinator on a {@link MemoryTransport}: a transaction for each record. */
public final class MemoryCoordinator implements Transport.Running {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCoordinator.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final MemoryBroker broker;
    private final String name;
    private final MemoryGroup group;
    private final Set<Topic> topics;
    private final boolean replay;
    private final LogHandler handler;
    private final Thread thread;
    private final Map<Integer, Lane> lanes = new TreeMap<>();
    private int generation = -1;
    private volatile boolean stopping;
    private volatile boolean killed;
    private volatile @Nullable String trouble;

    MemoryCoordinator(
            MemoryBroker broker, String name, String instance, Set<Topic> topics, boolean replay, LogHandler handler) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("topics must not be empty: coordinator " + name);
        }
        this.broker = broker;
        this.name = name;
        this.topics = EnumSet.copyOf(topics);
        this.replay = replay;
        this.handler = handler;
        this.thread = new Thread(this::run, name + "-" + instance);
        broker.lock.lock();
        try {
            this.group = broker.group(name);
            group.join(this);
        } finally {
            broker.lock.unlock();
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                Step step = next();
                if (step != null) {
                    process(step);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!killed) {
                lanes.keySet().forEach(this::forget);
            }
            leave();
        }
    }

    /** The next record, or null when a pause is over or the instances changed. */
    private @Nullable Step next() throws InterruptedException {
        broker.lock.lock();
        try {
            if (generation != group.generation()) {
                adopt();
            }
            long now = System.nanoTime();
            long wait = LONGEST_PAUSE.toNanos();
            for (Lane lane : lanes.values()) {
                if (lane.pausedUntil - now > 0) {
                    wait = Math.min(wait, lane.pausedUntil - now);
                    continue;
                }
                Step step = lane.next();
                if (step != null) {
                    return step;
                }
            }
            if (!stopping) {
                broker.changed.awaitNanos(wait);
            }
            return null;
        } finally {
            broker.lock.unlock();
        }
    }

    private void adopt() {
        generation = group.generation();
        Set<Integer> mine = group.partitionsOf(this);
        lanes.keySet().stream()
                .filter(partition -> !mine.contains(partition))
                .toList()
                .forEach(partition -> {
                    lanes.remove(partition);
                    forget(partition);
                });
        mine.forEach(partition -> lanes.computeIfAbsent(partition, Lane::new));
    }

    private void process(Step step) throws InterruptedException {
        try {
            Iterable<Outgoing> output = handler.handle(step.record, step.replaying);
            if (step.replaying) {
                step.lane.advance(step);
                return;
            }
            List<Outgoing> sent = new ArrayList<>();
            output.forEach(sent::add);
            if (broker.dice.hits(broker.faults.abortedCommit())) {
                step.lane.rewind();
            } else {
                commit(step, sent);
            }
        } catch (RuntimeException e) {
            Incoming record = step.record;
            trouble = "coordinator " + name + " cannot handle topic=" + record.topic() + " partition="
                    + record.partition() + " offset=" + record.offset() + " key=" + record.key() + ": " + e;
            LOG.error("{}; tried again attempt={}", trouble, step.lane.failures + 1, e);
            step.lane.fail();
        }
    }

    private void commit(Step step, List<Outgoing> output) {
        boolean committed;
        broker.lock.lock();
        try {
            // After kill() the commit of the zombie is refused, as it is no member any more.
            committed =
                    group.commit(this, step.record.topic(), step.record.partition(), step.record.offset() + 1, output);
        } finally {
            broker.lock.unlock();
        }
        if (committed) {
            step.lane.advance(step);
            if (step.lane.failures > 0) {
                step.lane.failures = 0;
                trouble = null;
            }
        } else {
            step.lane.rewind();
        }
    }

    private void forget(int partition) {
        topics.forEach(topic -> handler.forget(topic, partition));
    }

    private void leave() {
        broker.lock.lock();
        try {
            group.leave(this);
        } finally {
            broker.lock.unlock();
        }
    }

    /**
     * As if the process died: the instance is out of the group at once and nothing that it still does is committed. The
     * handler is interrupted.
     */
    public void kill() {
        killed = true;
        stopping = true;
        leave();
        thread.interrupt();
    }

    @Override
    public boolean alive() {
        return stopping || thread.isAlive();
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void drain() {
        stopping = true;
        broker.lock.lock();
        try {
            broker.changed.signalAll();
        } finally {
            broker.lock.unlock();
        }
    }

    @Override
    public void close() {
        drain();
        MemoryThreads.join(thread);
    }

    private record Step(Lane lane, Incoming record, boolean replaying) {}

    /** The partitions of one number. */
    private final class Lane {
        private final int partition;
        private final Map<Topic, Long> positions = new HashMap<>();
        private final Map<Topic, Long> replayEnds = new HashMap<>();
        private int failures;
        private long pausedUntil = System.nanoTime();

        Lane(int partition) {
            this.partition = partition;
            start();
        }

        private void start() {
            for (Topic topic : topics) {
                long committed = group.committed(topic, partition);
                positions.put(topic, replay ? 0 : committed);
                replayEnds.put(topic, committed);
            }
        }

        void rewind() {
            forget(partition);
            broker.lock.lock();
            try {
                start();
            } finally {
                broker.lock.unlock();
            }
        }

        void fail() {
            rewind();
            long pause = FIRST_PAUSE.toNanos() << Math.min(failures, 10);
            pausedUntil = System.nanoTime() + Math.min(pause, LONGEST_PAUSE.toNanos());
            failures++;
        }

        @Nullable
        Step next() {
            for (Topic topic : topics) {
                Step step = next(topic, replayEnd(topic), true);
                if (step != null) {
                    return step;
                }
            }
            for (Topic topic : topics) {
                Step step = next(topic, broker.end(topic, partition), false);
                if (step != null) {
                    return step;
                }
            }
            return null;
        }

        private @Nullable Step next(Topic topic, long end, boolean replaying) {
            long position = positions.getOrDefault(topic, 0L);
            while (position < end) {
                Incoming record = broker.entry(topic, partition, position);
                if (record != null) {
                    return new Step(this, record, replaying);
                }
                position++;
                positions.put(topic, position);
            }
            return null;
        }

        private long replayEnd(Topic topic) {
            return replayEnds.getOrDefault(topic, 0L);
        }

        void advance(Step step) {
            positions.put(step.record.topic(), step.record.offset() + 1);
        }
    }
}
