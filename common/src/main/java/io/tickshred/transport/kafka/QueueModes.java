package io.tickshred.transport.kafka;

import io.tickshred.config.QueueMode;
import io.tickshred.transport.TransportException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** In which mode the fleet's work queues are run, by the groups that the brokers have. */
final class QueueModes {
    /** How much of a mode's groups is to be seen, the most of all queues. */
    private enum Seen {
        NOTHING,
        WITHOUT_MEMBERS,
        WITH_MEMBERS
    }

    private final KafkaCalls calls;
    private final KafkaNames names;
    private final BrokerFeatures features;

    QueueModes(KafkaCalls calls, KafkaNames names) {
        this.calls = calls;
        this.names = names;
        this.features = new BrokerFeatures(calls);
    }

    /** The mode of which more is to be seen, or the only one that the brokers know; empty where that is neither. */
    Optional<QueueMode> observed() throws TransportException, InterruptedException {
        Map<String, KafkaFuture<ShareGroupDescription>> shares = calls.admin()
                .describeShareGroups(
                        TaskQueues.QUEUES.stream().map(names::workers).toList())
                .describedGroups();
        Map<String, KafkaFuture<ConsumerGroupDescription>> consumers = calls.admin()
                .describeConsumerGroups(
                        TaskQueues.QUEUES.stream().map(names::consumers).toList())
                .describedGroups();
        Seen shared = seen(shares, group -> !group.members().isEmpty(), group -> group.groupState() == GroupState.DEAD);
        Seen consumed =
                seen(consumers, group -> !group.members().isEmpty(), group -> group.groupState() == GroupState.DEAD);
        if (shared == consumed) {
            return features.shareVersion() < 1 ? Optional.of(QueueMode.CONSUMER_GROUP) : Optional.empty();
        }
        return Optional.of(shared.compareTo(consumed) > 0 ? QueueMode.SHARE_GROUP : QueueMode.CONSUMER_GROUP);
    }

    private <D> Seen seen(Map<String, KafkaFuture<D>> groups, Predicate<D> hasMembers, Predicate<D> dead)
            throws TransportException, InterruptedException {
        Seen most = Seen.NOTHING;
        for (Map.Entry<String, KafkaFuture<D>> group : groups.entrySet()) {
            Seen seen = seen(group.getKey(), group.getValue(), hasMembers, dead);
            most = seen.compareTo(most) > 0 ? seen : most;
        }
        return most;
    }

    private <D> Seen seen(String group, KafkaFuture<D> described, Predicate<D> hasMembers, Predicate<D> dead)
            throws TransportException, InterruptedException {
        try {
            D description = calls.answer(described);
            return hasMembers.test(description)
                    ? Seen.WITH_MEMBERS
                    // Brokers from before 4.0 say so of a group that there never was.
                    : dead.test(description) ? Seen.NOTHING : Seen.WITHOUT_MEMBERS;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof GroupIdNotFoundException
                    || cause instanceof UnsupportedVersionException
                    || cause instanceof AuthorizationException) {
                return Seen.NOTHING;
            }
            throw calls.failure("ask for group " + group, cause);
        } catch (TimeoutException e) {
            throw calls.failure("ask for group " + group, e);
        }
    }
}
