package io.tickshred.transport.kafka;

import io.tickshred.transport.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Names on the brokers: all begin with the fleet's prefix, so that fleets can share brokers and ACLs can be by prefix.
 */
final class KafkaNames {
    static final String CONSUMERS = ".consumers";

    private final String prefix;
    private final Map<String, Topic> topics = new HashMap<>();

    KafkaNames(String prefix) {
        this.prefix = prefix + ".";
        for (Topic topic : Topic.values()) {
            topics.put(topic(topic), topic);
        }
    }

    String topic(Topic topic) {
        return prefix + topic.baseName();
    }

    Topic topic(String name) {
        return Objects.requireNonNull(topics.get(name), () -> "no topic of this fleet: " + name);
    }

    /** The consumer group of a coordinator. */
    String group(String coordinator) {
        return prefix + coordinator;
    }

    /** The share group that works on a queue. */
    String workers(Topic queue) {
        return prefix + queue.baseName() + ".workers";
    }

    /** The consumer group that works on a queue where there are no share groups: groups of two kinds need two names. */
    String consumers(Topic queue) {
        return prefix + queue.baseName() + CONSUMERS;
    }

    /** Survives a restart of the instance, so that the new one ends what the old one left open. */
    String transactionalId(String coordinator, String instance) {
        return prefix + coordinator + "." + instance;
    }
}
