package io.tickshred.planner.backlog;

import io.tickshred.transport.Pending;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.util.Set;

/** What reads the log as a group: its name, and what it reads. */
public enum Coordinator {
    PLANNER("planner", Topic.PLAN_REQUESTS),
    RANGES("ranges", Topic.RANGE_EVENTS),
    DAY_ENDS("day-ends", Topic.DAY_STATUS),
    LEDGER("ledger", Topic.CHUNK_RESULTS),
    FAN_OUT("fan-out", Topic.DAY_COMPLETE),
    BATCH_LEDGER("batch-ledger", Topic.BATCH_RESULTS);

    private final String name;
    private final Topic topic;

    Coordinator(String name, Topic topic) {
        this.name = name;
        this.topic = topic;
    }

    /** As metrics and people spell it. */
    public String text() {
        return name;
    }

    public Topic topic() {
        return topic;
    }

    /** What it has not handled, whether an instance of it runs or not. */
    public Pending pending(Transport transport) throws TransportException, InterruptedException {
        return transport.pending(name, Set.of(topic));
    }
}
