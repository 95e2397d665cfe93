package io.tickshred.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Kafka and how the fleet uses it. Only {@code bootstrapServers} has to be given. Durations are written as
 * in ISO 8601: {@code PT30S}. A file may also say {@code auth}, a {@link KafkaAuth}, for the properties that go with
 * it.
 *
 * @param bootstrapServers {@code host:port} of some brokers, separated by commas
 * @param topicPrefix what topics, groups and transactional ids of this fleet begin with; lets fleets share brokers
 * @param partitions of each topic when it is created; coordinators work in parallel by partition
 * @param replicationFactor of each topic when it is created; -1 for the brokers' default
 * @param retention how long logs and tasks are kept: longer than any day takes, with its failures
 * @param taskLock how long a task stays with a worker that is not heard of while its connection stands; the brokers
 *     limit it to 15 s to 60 s unless configured otherwise
 * @param transactionTimeout how long a coordinator's output may take to be sent; readers wait for that long when an
 *     instance dies and none of the same name comes back
 * @param sessionTimeout after which the partitions of a dead instance go to others
 * @param startTimeout how long to wait for the first answer of a broker
 * @param queue how work queues are shared out
 * @param queuePartitions at least so many of each work queue with {@link QueueMode#CONSUMER_GROUP}, where no more slots
 *     than partitions work at a time; a topic that has fewer gets the rest
 * @param properties given to all Kafka clients as they are, for security above all; they win over the fleet's own
 */
public record KafkaConfiguration(
        String bootstrapServers,
        String topicPrefix,
        int partitions,
        short replicationFactor,
        Duration retention,
        Duration taskLock,
        Duration transactionTimeout,
        Duration sessionTimeout,
        Duration startTimeout,
        QueueMode queue,
        int queuePartitions,
        Map<String, String> properties) {
    public static final String DEFAULT_TOPIC_PREFIX = "tickshred";
    public static final int DEFAULT_PARTITIONS = 12;
    public static final short DEFAULT_REPLICATION_FACTOR = -1;
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(14);
    public static final Duration DEFAULT_TASK_LOCK = Duration.ofSeconds(30);
    public static final Duration DEFAULT_TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(15);
    public static final int DEFAULT_QUEUE_PARTITIONS = 48;

    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
    private static final Pattern SERVERS = Pattern.compile("[^\\s,]+:\\d{1,5}(\\s*,\\s*[^\\s,]+:\\d{1,5})*");
    private static final Pattern SECRET = Pattern.compile("password|secret|jaas|token|credential|keystore\\.key");

    public KafkaConfiguration {
        if (!SERVERS.matcher(bootstrapServers).matches()) {
            throw new IllegalArgumentException("bootstrapServers must be host:port, separated by commas: "
                    + (bootstrapServers.isBlank() ? "nothing given" : bootstrapServers));
        }
        if (!PREFIX.matcher(topicPrefix).matches()) {
            throw new IllegalArgumentException(
                    "topicPrefix must be 1 to 100 of letters, digits, '.', '_' and '-': " + topicPrefix);
        }
        if (partitions < 1 || partitions > 10_000) {
            throw new IllegalArgumentException("partitions must be 1 to 10000: " + partitions);
        }
        if (replicationFactor < 1 && replicationFactor != -1) {
            throw new IllegalArgumentException(
                    "replicationFactor must be at least 1, or -1 for the brokers' default: " + replicationFactor);
        }
        requirePositive("retention", retention);
        requirePositive("taskLock", taskLock);
        requirePositive("transactionTimeout", transactionTimeout);
        requirePositive("sessionTimeout", sessionTimeout);
        requirePositive("startTimeout", startTimeout);
        if (queuePartitions < 1 || queuePartitions > 10_000) {
            throw new IllegalArgumentException("queuePartitions must be 1 to 10000: " + queuePartitions);
        }
        properties = Map.copyOf(properties);
    }

    @JsonCreator
    static KafkaConfiguration of(
            @JsonProperty("bootstrapServers") @Nullable String bootstrapServers,
            @JsonProperty("topicPrefix") @Nullable String topicPrefix,
            @JsonProperty("partitions") @Nullable Integer partitions,
            @JsonProperty("replicationFactor") @Nullable Short replicationFactor,
            @JsonProperty("retention") @Nullable Duration retention,
            @JsonProperty("taskLock") @Nullable Duration taskLock,
            @JsonProperty("transactionTimeout") @Nullable Duration transactionTimeout,
            @JsonProperty("sessionTimeout") @Nullable Duration sessionTimeout,
            @JsonProperty("startTimeout") @Nullable Duration startTimeout,
            @JsonProperty("queue") @Nullable QueueMode queue,
            @JsonProperty("queuePartitions") @Nullable Integer queuePartitions,
            @JsonProperty("auth") @Nullable KafkaAuth auth,
            @JsonProperty("properties") @Nullable Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(or(auth, KafkaAuth.NONE).properties());
        all.putAll(or(properties, Map.of()));
        return new KafkaConfiguration(
                or(bootstrapServers, ""),
                or(topicPrefix, DEFAULT_TOPIC_PREFIX),
                or(partitions, DEFAULT_PARTITIONS),
                or(replicationFactor, DEFAULT_REPLICATION_FACTOR),
                or(retention, DEFAULT_RETENTION),
                or(taskLock, DEFAULT_TASK_LOCK),
                or(transactionTimeout, DEFAULT_TRANSACTION_TIMEOUT),
                or(sessionTimeout, DEFAULT_SESSION_TIMEOUT),
                or(startTimeout, DEFAULT_START_TIMEOUT),
                or(queue, QueueMode.SHARE_GROUP),
                or(queuePartitions, DEFAULT_QUEUE_PARTITIONS),
                all);
    }

    /** The defaults with these brokers. */
    public static KafkaConfiguration of(String bootstrapServers) {
        return of(bootstrapServers, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    public KafkaConfiguration withTopicPrefix(String prefix) {
        return new KafkaConfiguration(
                bootstrapServers,
                prefix,
                partitions,
                replicationFactor,
                retention,
                taskLock,
                transactionTimeout,
                sessionTimeout,
                startTimeout,
                queue,
                queuePartitions,
                properties);
    }

    public KafkaConfiguration withPartitions(int count) {
        return new KafkaConfiguration(
                bootstrapServers,
                topicPrefix,
                count,
                replicationFactor,
                retention,
                taskLock,
                transactionTimeout,
                sessionTimeout,
                startTimeout,
                queue,
                queuePartitions,
                properties);
    }

    public KafkaConfiguration withTaskLock(Duration lock) {
        return new KafkaConfiguration(
                bootstrapServers,
                topicPrefix,
                partitions,
                replicationFactor,
                retention,
                lock,
                transactionTimeout,
                sessionTimeout,
                startTimeout,
                queue,
                queuePartitions,
                properties);
    }

    public KafkaConfiguration withQueue(QueueMode mode, int queueTopicPartitions) {
        return new KafkaConfiguration(
                bootstrapServers,
                topicPrefix,
                partitions,
                replicationFactor,
                retention,
                taskLock,
                transactionTimeout,
                sessionTimeout,
                startTimeout,
                mode,
                queueTopicPartitions,
                properties);
    }

    /** How long to wait for the first answer: a person at a terminal waits less than a service does. */
    public KafkaConfiguration withStartTimeout(Duration timeout) {
        return new KafkaConfiguration(
                bootstrapServers,
                topicPrefix,
                partitions,
                replicationFactor,
                retention,
                taskLock,
                transactionTimeout,
                sessionTimeout,
                timeout,
                queue,
                queuePartitions,
                properties);
    }

    /** With more properties for all Kafka clients, which win over those that are there. */
    public KafkaConfiguration withProperties(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(properties);
        all.putAll(more);
        return new KafkaConfiguration(
                bootstrapServers,
                topicPrefix,
                partitions,
                replicationFactor,
                retention,
                taskLock,
                transactionTimeout,
                sessionTimeout,
                startTimeout,
                queue,
                queuePartitions,
                all);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return Optional.ofNullable(value).orElse(otherwise);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.toMillis() == 0 || value.toMillis() > Integer.MAX_VALUE * 1000L) {
            throw new IllegalArgumentException(name + " must be at least a millisecond and not years: " + value);
        }
    }

    /** Without the values of properties that look like secrets. */
    @Override
    public String toString() {
        Map<String, String> shown = new TreeMap<>();
        properties.forEach((key, value) ->
                shown.put(key, SECRET.matcher(key.toLowerCase(Locale.ROOT)).find() ? "(hidden)" : value));
        return "KafkaConfiguration[bootstrapServers=" + bootstrapServers + ", topicPrefix=" + topicPrefix
                + ", partitions=" + partitions + ", replicationFactor=" + replicationFactor + ", retention="
                + retention + ", taskLock=" + taskLock + ", transactionTimeout=" + transactionTimeout
                + ", sessionTimeout=" + sessionTimeout + ", startTimeout=" + startTimeout + ", queue="
                + queue.text() + ", queuePartitions=" + queuePartitions + ", properties=" + shown
                + "]";
    }
}
