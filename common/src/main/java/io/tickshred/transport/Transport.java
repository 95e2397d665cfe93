package io.tickshred.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The fleet's message log. Implementations pass {@code TransportContract} of the test kit. Thread-safe. */
public interface Transport extends AutoCloseable {
    /** Creates the topics that do not exist and checks the kind of those that do. */
    void createTopics() throws TransportException, InterruptedException;

    /** A publisher of its own, to be closed by the caller. */
    Publisher publisher();

    /**
     * Runs a coordinator over topics, shared by all instances of the same name; topics of one coordinator have equally
     * many partitions and the same instance gets the same partition of each. Each record is handled and its output
     * published in one transaction, exactly once by the log. With replay, a newly assigned partition is first read from
     * its start to the committed offset with {@code replaying}; a record of a partition number is handled for the first
     * time only when the partitions of that number in all topics are replayed.
     *
     * <p>When a record cannot be handled or its output not be published, its transaction is aborted, the state of the
     * partition forgotten and replayed, and the record handled again after a pause that grows up to half a minute, for
     * ever; other partitions go on. {@link Running#trouble} tells of it. Two instances must not have the same name: the
     * younger one ends the older, which is no longer {@link Running#alive} then.
     */
    Running process(String name, Set<Topic> topics, boolean replay, LogHandler handler);

    /**
     * Opens one slot that works on one task of a queue at a time. A task whose worker dies is delivered again; a task
     * may take as long as it likes. Correctness must not rest on a task being delivered once.
     */
    Slot work(Topic queue, TaskHandler handler);

    /**
     * Follows a compacted topic from its start, for ever, in a thread of its own.
     *
     * @param listener called in order for each record of a partition, only with committed records; a record that it
     *     throws at is logged, told of by {@link Running#trouble} from then on, and passed over
     */
    default View view(Topic topic, Consumer<Incoming> listener) {
        return view(topic, Instant.EPOCH, listener);
    }

    /**
     * Follows any topic from about an instant on, as {@link #view(Topic, Consumer)} does. No record that was written
     * since is left out, by the clock of its writer; some that were written before may be among them.
     */
    View view(Topic topic, Instant since, Consumer<Incoming> listener);

    /**
     * Reads committed records of one partition from the first to the last offset, both included, in order. Offsets may
     * hold no record.
     *
     * @throws TransportException if the log does not reach from the first to the last offset (any more), or not in time
     */
    void read(Topic topic, int partition, long firstOffset, long lastOffset, Consumer<Incoming> reader)
            throws TransportException, InterruptedException;

    /**
     * Tasks of a queue that are not yet accepted: waiting and in flight. While the queue was never read, all that it
     * holds, so that a fleet can be scaled up from nothing. May count a few records too many (a transaction's own marks
     * at the end of a partition), never a task too few.
     */
    long backlog(Topic queue) throws TransportException, InterruptedException;

    /** What a coordinator has not handled of its topics, whether an instance of it runs or not. */
    Pending pending(String coordinator, Set<Topic> topics) throws TransportException, InterruptedException;
    /**
     * What a queue holds, how old the oldest of it is, and who works on it. Costs more to ask than {@link #backlog}.
     */
    QueueState queue(Topic queue) throws TransportException, InterruptedException;

    @Override
    void close();

    /** Something that runs until it is closed. */
    interface Running extends AutoCloseable {
        /** False once it died of an error; the error was logged then. A health check asks this. */
        boolean alive();

        /** What keeps it from going on, while it is alive and trying again; empty when all is well. */
        default Optional<String> trouble() {
            return Optional.empty();
        }

        /**
         * Tells it to end: it takes nothing further. Returns at once; {@link #close} waits. Several that end are told
         * first and waited for after, or each would take its time behind the other.
         */
        void drain();

        /** Tells all of them to end, then waits for each. */
        static void closeAll(Collection<? extends Running> all) {
            all.forEach(Running::drain);
            all.forEach(Running::close);
        }

        /** Waits for what is in hand, for some seconds; then interrupts it, to be done again by whoever comes next. */
        @Override
        void close();
    }

    /** A slot of a work queue. */
    interface Slot extends Running {
        /** Waits for the task in hand. False when the time ran out. Then {@link #close} interrupts and releases it. */
        boolean awaitIdle(Duration timeout) throws InterruptedException;
    }

    /** A follower of a compacted topic. */
    interface View extends Running {
        /** Waits until all that was committed before this call has been heard. False when the time ran out. */
        boolean awaitCaughtUp(Duration timeout) throws InterruptedException;
    }
}
