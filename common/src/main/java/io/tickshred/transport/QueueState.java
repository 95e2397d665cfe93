package io.tickshred.transport;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a work queue holds and who works on it, at a moment.
 *
 * @param backlog tasks that are not yet accepted, waiting and in flight
 * @param oldestAt when the oldest of them was written, by the clock of who wrote it; empty where there is none, or it
 *     is not known
 * @param workers processes that work on it, by name
 */
public record QueueState(long backlog, Optional<Instant> oldestAt, List<Worker> workers) {
    public QueueState {
        if (backlog < 0) {
            throw new IllegalArgumentException("backlog must be at least 0: " + backlog);
        }
        workers = List.copyOf(workers);
    }

    /**
     * A process that works on the queue.
     *
     * @param name of its instance
     * @param host from where it is connected
     * @param slots tasks that it can hold at a time
     */
    public record Worker(String name, String host, int slots) {
        public Worker {
            if (slots < 1) {
                throw new IllegalArgumentException("slots must be at least 1: " + slots);
            }
        }
    }

    /** Tasks that can be held at a time. */
    public int slots() {
        return workers.stream().mapToInt(Worker::slots).sum();
    }

    /** Tasks that slots hold now: a slot holds one whenever there is one. Kafka itself does not tell. */
    public long inFlight() {
        return Math.min(backlog, slots());
    }

    /** Tasks that no slot holds. */
    public long waiting() {
        return backlog - inFlight();
    }
}
