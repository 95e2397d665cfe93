package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes Kafka clients as the fleet needs them. What the configuration's properties say wins. */
final class KafkaClients {
    /** How long a call waits for brokers before it fails and is tried again from outside, where a close is heard. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
    private static final int MAX_RECONNECT_MILLIS = 3_000;

    /** Short, because committed records may be heard only when the fetch under way ends. */
    private static final int VIEW_WAIT_MILLIS = 200;

    private static final int QUEUE_POLL_MILLIS = 60_000;
    private static final int QUEUE_FETCH_BYTES = 262_144;
    private static final int QUEUE_METADATA_MILLIS = 30_000;
    private static final int QUEUE_HEARTBEAT_MILLIS = 1_000;

    private static final int TRANSACTION_RETRY_MILLIS = 10;
    private static final int TRANSACTION_BATCH_BYTES = 65_536;

    private final KafkaConfiguration configuration;
    private final String instance;

    private final Optional<KafkaFigures> figures;

    KafkaClients(KafkaConfiguration configuration, String instance, Optional<KafkaFigures> figures) {
        this.configuration = configuration;
        this.instance = instance;
        this.figures = figures;
    }

    KafkaConfiguration configuration() {
        return configuration;
    }

    String instance() {
        return instance;
    }

    Admin admin() {
        Map<String, Object> properties = common("admin");
        properties.put(
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(configuration.startTimeout().toMillis()));
        properties.put(
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(Math.min(
                        REQUEST_TIMEOUT_MILLIS, configuration.startTimeout().toMillis())));
        return Admin.create(with(properties));
    }

    Producer<String, byte[]> producer() {
        return new KafkaProducer<>(with(producerProperties("publisher")));
    }

    Producer<String, byte[]> transactionalProducer(String coordinator, String transactionalId) {
        Map<String, Object> properties = producerProperties(coordinator);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(configuration.transactionTimeout().toMillis()));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        // The first request of a transaction is refused while the marks of the one before are still being written. What
        // follows it in flight would be refused as out of order, with an error in the broker's log for each.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TRANSACTION_RETRY_MILLIS);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, TRANSACTION_BATCH_BYTES);
        return new KafkaProducer<>(with(properties));
    }

    /**
     * A member of a coordinator's group. The classic protocol, because only it lets a restarted instance of the same
     * name take over at once and a dead one be replaced in seconds: the newer protocol keeps a dead member's partitions
     * for 45 s by the brokers' defaults. The range assignor gives one member the same partition of each topic.
     */
    Consumer<String, byte[]> groupConsumer(String coordinator, String group) {
        Map<String, Object> properties = consumerProperties(coordinator);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
        int sessionMillis = Math.toIntExact(configuration.sessionTimeout().toMillis());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMillis);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.max(1, sessionMillis / 4));
        return new KafkaConsumer<>(with(properties));
    }

    /**
     * A member of a queue's consumer group, one for each slot. The classic protocol, for the same reason and because
     * with it the fleet says itself who gets which partition. Its memory is that of one task, or nearly.
     */
    Consumer<String, byte[]> queueConsumer(String slot, String group, SlotState state) {
        Map<String, Object> properties = consumerProperties(slot);
        countAsSlot(properties);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, QUEUE_FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, QUEUE_FETCH_BYTES);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, QUEUE_METADATA_MILLIS); // partitions may be added
        int sessionMillis = Math.toIntExact(configuration.sessionTimeout().toMillis());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMillis);
        // A member hears of a rebalance by its heartbeat: often, so that a new slot soon has something to do.
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.max(1, Math.min(QUEUE_HEARTBEAT_MILLIS, sessionMillis / 4)));
        // A slot polls also while it works. One that has ceased to holds up each rebalance for so long.
        properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, QUEUE_POLL_MILLIS);
        Map<String, Object> all = with(properties);
        all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, QueueAssignor.class.getName());
        all.put(QueueAssignor.STATE, state);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        return new KafkaConsumer<>(all);
    }

    /** A consumer without a group, for given partitions. */
    AssignedConsumer assignedConsumer(String purpose, String offsetReset) {
        Map<String, Object> properties = consumerProperties(purpose);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, offsetReset);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, VIEW_WAIT_MILLIS);
        return new AssignedConsumer(new KafkaConsumer<>(with(properties)));
    }

    /** A consumer without a group that looks at single records and fetches as little as brokers give. */
    AssignedConsumer probe() {
        Map<String, Object> properties = consumerProperties("probe");
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, VIEW_WAIT_MILLIS);
        return new AssignedConsumer(new KafkaConsumer<>(with(properties)));
    }

    /** A member of a share group that holds one record at a time. */
    ShareConsumer<String, byte[]> shareConsumer(String purpose, String group) {
        Map<String, Object> properties = common(purpose);
        countAsSlot(properties);
        deserializers(properties);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        return new KafkaShareConsumer<>(with(properties));
    }

    private Map<String, Object> producerProperties(String purpose) {
        Map<String, Object> properties = common(purpose);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        if (configuration.queue() == QueueMode.CONSUMER_GROUP) {
            KafkaNames names = new KafkaNames(configuration.topicPrefix());
            properties.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, QueuePartitioner.class.getName());
            properties.put(
                    QueuePartitioner.QUEUES,
                    TaskQueues.QUEUES.stream().map(names::topic).collect(Collectors.toUnmodifiableSet()));
        }
        return properties;
    }

    private Map<String, Object> consumerProperties(String purpose) {
        Map<String, Object> properties = common(purpose);
        deserializers(properties);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        return properties;
    }

    /** The slots of a queue count together. */
    private static void countAsSlot(Map<String, Object> properties) {
        properties.replace(KafkaClientReporter.PURPOSE, "slots");
    }

    private static void deserializers(Map<String, Object> properties) {
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    }

    private Map<String, Object> common(String purpose) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, configuration.bootstrapServers());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, instance + "-" + purpose);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, MAX_RECONNECT_MILLIS);
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        // Several clients of an instance have the same id; without the reporter they do not quarrel over MBeans.
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        figures.ifPresent(these -> {
            properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, KafkaClientReporter.class.getName());
            properties.put(KafkaClientReporter.FIGURES, these);
            properties.put(KafkaClientReporter.PURPOSE, purpose);
        });
        return properties;
    }

    private Map<String, Object> with(Map<String, Object> properties) {
        properties.putAll(configuration.properties());
        return properties;
    }
}
