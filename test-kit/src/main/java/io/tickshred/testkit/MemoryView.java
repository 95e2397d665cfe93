package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A follower of a topic of a {@link MemoryTransport}. */
final class MemoryView implements Transport.View {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryView.class);

    private final MemoryBroker broker;
    private final Topic topic;
    private final Consumer<Incoming> listener;
    private final Thread thread;
    /** Next offset of each partition to be heard; guarded by the broker's lock. */
    private final long[] positions;

    private volatile boolean stopping;
    private volatile @Nullable String trouble;

    MemoryView(MemoryBroker broker, String instance, Topic topic, Consumer<Incoming> listener) {
        this.broker = broker;
        this.topic = topic;
        this.listener = listener;
        this.positions = new long[broker.partitions];
        this.thread = new Thread(this::run, "view-" + topic.baseName() + "-" + instance);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                for (int partition = 0; partition < positions.length; partition++) {
                    follow(partition);
                }
                awaitMore();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(int partition) {
        while (!stopping) {
            Incoming record;
            broker.lock.lock();
            try {
                if (positions[partition] >= broker.end(topic, partition)) {
                    return;
                }
                record = broker.entry(topic, partition, positions[partition]);
            } finally {
                broker.lock.unlock();
            }
            if (record != null) {
                tell(record);
            }
            broker.lock.lock();
            try {
                positions[partition]++;
                broker.changed.signalAll();
            } finally {
                broker.lock.unlock();
            }
        }
    }

    private void tell(Incoming record) {
        try {
            listener.accept(record);
        } catch (RuntimeException e) {
            trouble = "view of " + topic + " passed over partition=" + record.partition() + " offset=" + record.offset()
                    + " key=" + record.key() + ": " + e;
            LOG.error("{}", trouble, e);
        }
    }

    private void awaitMore() throws InterruptedException {
        broker.lock.lock();
        try {
            if (!stopping && caughtUp(ends())) {
                broker.changed.awaitNanos(TimeUnit.SECONDS.toNanos(1));
            }
        } finally {
            broker.lock.unlock();
        }
    }

    private long[] ends() {
        long[] ends = new long[positions.length];
        for (int partition = 0; partition < ends.length; partition++) {
            ends[partition] = broker.end(topic, partition);
        }
        return ends;
    }

    private boolean caughtUp(long[] ends) {
        for (int partition = 0; partition < ends.length; partition++) {
            if (positions[partition] < ends[partition]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        broker.lock.lock();
        try {
            long[] ends = ends();
            while (!caughtUp(ends)) {
                if (left <= 0) {
                    return false;
                }
                left = broker.changed.awaitNanos(left);
            }
            return true;
        } finally {
            broker.lock.unlock();
        }
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
}
