package io.tickshred.standalone.embedded.kafka;

import java.nio.file.Path;
import java.util.Properties;

/**
 * The embedded broker's configuration: one node, quick to start and to notice a dead client, lean in memory and disk.
 */
final class EmbeddedKafkaProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String BROKER_LISTENER = "PLAINTEXT";

    private EmbeddedKafkaProperties() {}

    static Properties of(Path directory, int brokerPort, int controllerPort) {
        Properties properties = new Properties();
        put(properties, "process.roles", "broker,controller");
        put(properties, "node.id", NODE_ID);
        put(properties, "log.dirs", EmbeddedKafkaStorage.logDirectory(directory));
        put(
                properties,
                "listeners",
                BROKER_LISTENER + "://127.0.0.1:" + brokerPort + "," + CONTROLLER_LISTENER + "://127.0.0.1:"
                        + controllerPort);
        put(properties, "advertised.listeners", BROKER_LISTENER + "://127.0.0.1:" + brokerPort);
        put(properties, "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        put(properties, "inter.broker.listener.name", BROKER_LISTENER);
        put(properties, "controller.listener.names", CONTROLLER_LISTENER);
        put(properties, "controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        putTimings(properties);
        putSizes(properties);
        return properties;
    }

    private static void putTimings(Properties properties) {
        put(properties, "broker.session.timeout.ms", 1500);
        put(properties, "broker.heartbeat.interval.ms", 300);
        put(properties, "controller.quorum.election.timeout.ms", 300);
        put(properties, "controller.quorum.election.backoff.max.ms", 300);
        put(properties, "controller.quorum.fetch.timeout.ms", 1000);
        // Requests to the controller come one after the other, from a client that waits for each.
        put(properties, "controller.quorum.append.linger.ms", 0);
        put(properties, "initial.broker.registration.timeout.ms", 60_000);
        put(properties, "group.initial.rebalance.delay.ms", 0);
        put(properties, "group.min.session.timeout.ms", 1000);
        // Short locks are for tests; the fleet asks for its own through the group's configuration.
        put(properties, "group.share.min.record.lock.duration.ms", 1000);
        put(properties, "group.share.max.record.lock.duration.ms", 3_600_000);
        put(properties, "group.share.min.session.timeout.ms", 1000);
        put(properties, "group.share.min.heartbeat.interval.ms", 100);
        put(properties, "group.share.heartbeat.interval.ms", 250);
        put(properties, "group.share.session.timeout.ms", 10_000);
        put(properties, "group.share.assignment.interval.ms", 0);
        put(properties, "group.share.initialize.retry.interval.ms", 250);
        put(properties, "group.coordinator.append.linger.ms", 0);
        put(properties, "share.coordinator.append.linger.ms", 0);
        put(properties, "transaction.abort.timed.out.transaction.cleanup.interval.ms", 1000);
        put(properties, "log.initial.task.delay.ms", 5000);
        put(properties, "controlled.shutdown.enable", false);
    }

    private static void putSizes(Properties properties) {
        put(properties, "auto.create.topics.enable", false);
        put(properties, "default.replication.factor", 1);
        put(properties, "min.insync.replicas", 1);
        putInternalTopic(properties, "offsets.topic", "num.partitions", "replication.factor");
        put(properties, "transaction.state.log.num.partitions", 4);
        put(properties, "transaction.state.log.replication.factor", 1);
        put(properties, "transaction.state.log.min.isr", 1);
        put(properties, "transaction.state.log.segment.bytes", 4 << 20);
        putInternalTopic(properties, "share.coordinator.state.topic", "num.partitions", "replication.factor");
        put(properties, "share.coordinator.state.topic.min.isr", 1);
        put(properties, "group.share.max.size", 1000);
        put(properties, "group.share.max.delivery.count.limit", 25);
        put(properties, "log.cleaner.dedupe.buffer.size", 2_097_152);
        put(properties, "log.cleaner.io.buffer.size", 65_536);
        // Index files are allocated ahead at this size, two for each segment.
        put(properties, "log.index.size.max.bytes", 262_144);
        put(properties, "log.segment.bytes", 64 << 20);
        put(properties, "metadata.log.segment.bytes", 16 << 20);
        put(properties, "num.network.threads", 2);
        put(properties, "num.io.threads", 4);
        put(properties, "num.recovery.threads.per.data.dir", 2);
        put(properties, "background.threads", 2);
        put(properties, "group.coordinator.threads", 1);
        put(properties, "queued.max.requests", 100);
        put(properties, "socket.send.buffer.bytes", -1);
        put(properties, "socket.receive.buffer.bytes", -1);
    }

    private static void putInternalTopic(Properties properties, String prefix, String partitions, String replication) {
        put(properties, prefix + "." + partitions, 4);
        put(properties, prefix + "." + replication, 1);
        put(properties, prefix + ".segment.bytes", 4 << 20);
    }

    private static void put(Properties properties, String key, Object value) {
        properties.put(key, value.toString());
    }
}
