package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of work queues where no more slots than partitions can work: with consumer groups. */
final class QueueWidth {
    private static final Logger LOG = LoggerFactory.getLogger(QueueWidth.class);

    private final KafkaCalls calls;
    private final KafkaNames names;
    private final KafkaConfiguration configuration;

    QueueWidth(KafkaCalls calls, KafkaNames names, KafkaConfiguration configuration) {
        this.calls = calls;
        this.names = names;
        this.configuration = configuration;
    }

    /** Whether a topic's partitions limit how many slots work. */
    boolean narrows(Topic topic) {
        return configuration.queue() == QueueMode.CONSUMER_GROUP && topic.kind() == Topic.Kind.WORK_QUEUE;
    }

    /**
     * How many partitions a new queue gets. A member of a share group is served by the partitions that it is assigned,
     * which are not all where there are fewer members: what lies in those of a busy one waits, though another is idle.
     * One partition serves them all, as long as the oldest task in hand is not more than
     * {@code share.partition.max.record.locks} tasks behind.
     */
    int partitions(Topic queue) {
        return narrows(queue) ? configuration.queuePartitions() : 1;
    }

    /** Gives queues that were made with fewer partitions the rest; returns those. */
    List<TopicPartition> widen(Map<Topic, TopicDescription> topics) throws TransportException, InterruptedException {
        Map<String, NewPartitions> wider = new HashMap<>();
        topics.forEach((topic, description) -> {
            if (narrows(topic) && description.partitions().size() < configuration.queuePartitions()) {
                wider.put(description.name(), NewPartitions.increaseTo(configuration.queuePartitions()));
            }
        });
        List<TopicPartition> added = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> widened :
                calls.admin().createPartitions(wider).values().entrySet()) {
            String name = widened.getKey();
            int before = Objects.requireNonNull(topics.get(names.topic(name)))
                    .partitions()
                    .size();
            if (isDone(name, before, widened.getValue())) {
                for (int number = before; number < configuration.queuePartitions(); number++) {
                    added.add(new TopicPartition(name, number));
                }
            }
        }
        return added;
    }

    private boolean isDone(String name, int before, KafkaFuture<Void> widened) throws InterruptedException {
        try {
            calls.answer(widened);
            LogLine.info(LOG, "Topic widened")
                    .with(LogKey.TOPIC, name)
                    .with(LogKey.PARTITIONS, configuration.queuePartitions())
                    .write();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            // Another instance has done it; or it may not be done, and fewer slots work.
            if (!(e.getCause() instanceof InvalidPartitionsException)) {
                LogLine.warn(LOG, "Topic not widened, no more slots than it has partitions can work")
                        .with(LogKey.TOPIC, name)
                        .with(LogKey.PARTITIONS, before)
                        .with(LogKey.EXPECTED, configuration.queuePartitions())
                        .with(LogKey.REASON, FailureText.of(e.getCause() == null ? e : e.getCause()))
                        .write();
            }
            return false;
        }
    }
}
