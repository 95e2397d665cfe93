package io.tickshred.transport.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.meter.MeterSection;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The transport on Kafka. Nothing is connected before it is used.
 *
 * <ul>
 *   <li>Coordinators are consumer groups with static members and transactional producers. A restarted instance of the
 *       same name aborts what its predecessor left open and takes over its partitions at once; those of an instance
 *       that stays away go to others after the session timeout.
 *   <li>Work queues are share groups, on brokers from 4.2 on. A task of a process that dies comes back when its
 *       connection breaks, one of a process that hangs when its lock runs out. Or they are consumer groups, if the
 *       configuration says so: a task of a process that dies or hangs then comes back after the session timeout.
 *   <li>Views and ranges are read with committed isolation and without a group.
 * </ul>
 */
public final class KafkaTransport implements Transport {
    /**
     * Deliveries after which brokers give a task up for good. Above the fleet's own limit, which reports the task as
     * failed instead; 10 is the most that brokers allow by default.
     */
    public static final int BROKER_DELIVERY_LIMIT = 10;

    private static final Pattern INSTANCE = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    private final KafkaClients clients;
    private final KafkaNames names;
    private final KafkaRecords records;
    private final KafkaCalls calls;
    private final KafkaTopics topics;
    private final KafkaPending pending;
    private final TaskQueues queues;
    private final KafkaQueueStates states;
    private final AtomicInteger slots = new AtomicInteger();

    /**
     * Makes a transport.
     *
     * @param instance name of the process; the same after a restart, different for each that runs at the same time
     */
    public KafkaTransport(KafkaConfiguration configuration, String instance) {
        this(configuration, instance, Optional.empty());
    }

    /**
     * Makes a transport whose clients export what they count, the only one of the registry.
     *
     * @param instance name of the process; the same after a restart, different for each that runs at the same time
     */
    public KafkaTransport(KafkaConfiguration configuration, String instance, MeterRegistry registry) {
        this(configuration, instance, Optional.of(new KafkaFigures(registry)));
    }

    /**
     * Makes a transport that shares its figures with others in the process.
     *
     * @param instance name of the process; the same after a restart, different for each that runs at the same time
     */
    public KafkaTransport(KafkaConfiguration configuration, String instance, KafkaFigures figures) {
        this(configuration, instance, Optional.of(figures));
    }

    private KafkaTransport(KafkaConfiguration configuration, String instance, Optional<KafkaFigures> figures) {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException(
                    "instance must be 1 to 100 of letters, digits, '.', '_' and '-': " + instance);
        }
        clients = new KafkaClients(configuration, instance, figures);
        names = new KafkaNames(configuration.topicPrefix());
        records = new KafkaRecords(names);
        calls = new KafkaCalls(clients);
        topics = new KafkaTopics(calls, names, configuration);
        pending = new KafkaPending(clients, calls, names);
        queues = switch (configuration.queue()) {
            case SHARE_GROUP -> new KafkaShareGroups(clients, calls, names);
            case CONSUMER_GROUP -> new KafkaConsumerGroups(clients, calls, names);
        };
        states = new KafkaQueueStates(queues, pending);
    }

    /**
     * Sees whether Kafka's clients take the configuration's properties. Asks nothing of the brokers.
     *
     * @throws TransportException if they do not, with the reason
     */
    public void checkProperties() throws TransportException {
        calls.admin();
    }

    /** Also checks that the brokers can do what the fleet needs, and sets its work queues up. */
    @Override
    public void createTopics() throws TransportException, InterruptedException {
        queues.prepare();
        topics.create();
    }

    /**
     * Whether the brokers hold any topic of the fleet: the prefix, or the address, is another's where they do not.
     * Topics that may not be looked at are taken to be there.
     */
    public boolean holdsTopics() throws TransportException, InterruptedException {
        return topics.any();
    }

    /**
     * In which mode the fleet's work queues are run, by the groups that work on them or, while nobody does, that did;
     * empty where the brokers do not tell.
     */
    public Optional<QueueMode> observedQueueMode() throws TransportException, InterruptedException {
        return new QueueModes(calls, names).observed();
    }

    @Override
    public Publisher publisher() {
        return new KafkaPublisher(
                clients.producer(), records, clients.configuration().bootstrapServers());
    }

    @Override
    public Running process(String name, Set<Topic> sources, boolean replay, LogHandler handler) {
        return new KafkaCoordinator(clients, names, records, name, sources, replay, handler);
    }

    @Override
    public Slot work(Topic queue, TaskHandler handler) {
        if (queue.kind() != Topic.Kind.WORK_QUEUE) {
            throw new IllegalArgumentException("topic must be a work queue: " + queue);
        }
        String slot = queue.baseName() + "-" + clients.instance() + "-" + slots.incrementAndGet();
        return new KafkaSlot(queues, queue, slot, records, handler);
    }

    @Override
    public View view(Topic topic, Instant since, Consumer<Incoming> listener) {
        return new KafkaView(clients, calls, names, records, topic, since, listener);
    }

    @Override
    public void read(Topic topic, int partition, long firstOffset, long lastOffset, Consumer<Incoming> reader)
            throws TransportException, InterruptedException {
        new KafkaRangeReader(clients, names, records, calls).read(topic, partition, firstOffset, lastOffset, reader);
    }

    @Override
    public long backlog(Topic queue) throws TransportException, InterruptedException {
        return queues.backlog(queue);
    }

    @Override
    public QueueState queue(Topic queue) throws TransportException, InterruptedException {
        return states.of(queue);
    }

    @Override
    public Pending pending(String coordinator, Set<Topic> topics) throws TransportException, InterruptedException {
        return pending.of(coordinator, topics);
    }

    /** Names and meanings of what its clients export when it was given a registry. */
    public static MeterSection meters() {
        return KafkaClientMeters.SECTION;
    }

    /** Closes what the transport itself holds. What was opened through it is closed by its owner, before. */
    @Override
    public void close() {
        pending.close();
        calls.close();
    }
}
