package io.tickshred.transport.kafka;

import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** One way of running work queues on Kafka. */
interface TaskQueues {
    /** All work queues. */
    List<Topic> QUEUES = Stream.of(Topic.values())
            .filter(topic -> topic.kind() == Topic.Kind.WORK_QUEUE)
            .toList();

    /** Checks that the brokers can do it, says so in one line, and sets up what it needs; before topics are made. */
    void prepare() throws TransportException, InterruptedException;

    /** A connection of its own for one slot. */
    TaskSource open(Topic queue, String slot);

    /** The group that works on a queue. */
    String group(Topic queue);

    /** Tasks not accepted, as {@link io.tickshred.transport.Transport#backlog} counts them. */
    long backlog(Topic queue) throws TransportException, InterruptedException;

    /** Where the oldest task that is not accepted stands in each partition, or the log's begin where none was read. */
    Map<TopicPartition, Long> starts(Topic queue) throws TransportException, InterruptedException;

    /** The slots that are connected, of all processes. */
    List<GroupMembers.Member> members(Topic queue) throws TransportException, InterruptedException;
}
