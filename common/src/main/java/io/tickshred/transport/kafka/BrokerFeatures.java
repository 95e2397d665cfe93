package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.List;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the brokers can do for work queues, and who works on them in another way. */
final class BrokerFeatures {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerFeatures.class);
    private static final String SHARE_VERSION = "share.version";

    private final KafkaCalls calls;

    BrokerFeatures(KafkaCalls calls) {
        this.calls = calls;
    }

    /** 0 when the brokers have no share groups or have them turned off. */
    int shareVersion() throws TransportException, InterruptedException {
        FinalizedVersionRange share = calls.await(
                        "ask for the brokers' features",
                        calls.admin().describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(SHARE_VERSION);
        return share == null ? 0 : share.maxVersionLevel();
    }

    /**
     * Complains about a group of the other kind that has members: both would do every task. Does not wait for the
     * answer, which brokers that have just started take a while for; none is taken for no members.
     */
    void warnOfMembers(Topic queue, String group) throws TransportException {
        members(group).whenComplete((members, failure) -> {
            if (failure == null && members > 0) {
                LogLine.warn(LOG, "Slots work on the queue in another mode, every task is done twice until they stop")
                        .with(LogKey.TOPIC, queue.baseName())
                        .with(LogKey.GROUP, group)
                        .with(LogKey.SLOTS, members)
                        .with(LogKey.NOTE, "give all services the same queue setting")
                        .write();
            }
        });
    }

    /** Fails if there is no such group, or none that these brokers can tell of. */
    private KafkaFuture<Integer> members(String group) throws TransportException {
        return group.endsWith(KafkaNames.CONSUMERS)
                ? calls.admin().describeConsumerGroups(List.of(group)).all().thenApply(all -> all.values().stream()
                        .mapToInt(description -> description.members().size())
                        .sum())
                : calls.admin().describeShareGroups(List.of(group)).all().thenApply(all -> all.values().stream()
                        .mapToInt(description -> description.members().size())
                        .sum());
    }
}
