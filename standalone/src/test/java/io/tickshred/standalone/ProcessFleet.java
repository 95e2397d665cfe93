package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.QueueMode;
import io.tickshred.finalizer.FinalizerApplication;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.DayState;
import io.tickshred.planner.PlannerApplication;
import io.tickshred.shred.ShredWorkerApplication;
import io.tickshred.standalone.embedded.FreePorts;
import io.tickshred.standalone.embedded.kafka.EmbeddedKafka;
import io.tickshred.standalone.embedded.kafka.OldKafka;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A fleet whose services are processes of their own, with the configuration files that ship, on an embedded broker. */
final class ProcessFleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int QUEUE_PARTITIONS = 12;

    private final Path directory;
    private final Map<String, String> environment;
    private final AutoCloseable broker;
    private final String bootstrapServers;
    private final Transport transport;
    private final Transport.View view;
    private final Map<String, FleetProcess> services = new LinkedHashMap<>();
    private final Map<String, Integer> adminPorts = new LinkedHashMap<>();
    private final List<Transport.View> listening = new ArrayList<>();
    private boolean brokerLost;
    private final BlockingQueue<DayStatus> statuses = new LinkedBlockingQueue<>();

    private ProcessFleet(Path directory, Map<String, String> environment, AutoCloseable broker, String bootstrapServers)
            throws Exception {
        this.directory = directory;
        this.environment = environment;
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
        this.transport = new KafkaTransport(
                KafkaConfiguration.of(bootstrapServers)
                        .withQueue(QueueMode.parse(environment.getOrDefault("QUEUE", "")), QUEUE_PARTITIONS),
                "test");
        transport.createTopics();
        this.view = transport.view(Topic.DAY_STATUS, this::hear);
    }

    /**
     * Starts the broker; services are started one by one.
     *
     * @param directory of broker, datasets ({@code datasets/NAME.yaml}), scratch and logs
     * @param environment what every service gets besides
     */
    static ProcessFleet start(Path directory, Map<String, String> environment) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        return start(directory, kafka, kafka.bootstrapServers(), environment);
    }

    /** The same on a broker that runs already and is closed with the fleet. */
    static ProcessFleet start(Path directory, OldKafka broker, Map<String, String> environment) throws Exception {
        return start(directory, broker, broker.bootstrapServers(), environment);
    }

    private static ProcessFleet start(
            Path directory, AutoCloseable broker, String bootstrapServers, Map<String, String> environment)
            throws Exception {
        Files.createDirectories(directory.resolve("datasets"));
        return new ProcessFleet(directory, environment, broker, bootstrapServers);
    }

    /** Makes a dataset known to services that are started later. */
    void dataset(String name, String yaml) throws Exception {
        Files.writeString(directory.resolve("datasets").resolve(name + ".yaml"), yaml);
    }

    FleetProcess planner() {
        return service("planner", "planner", PlannerApplication.class);
    }

    FleetProcess worker(int number) {
        return service("shred-worker", "shred-worker-" + number, ShredWorkerApplication.class);
    }

    /** Another worker, which gets something else besides. */
    FleetProcess workerWith(String instance, Map<String, String> more) {
        return service("shred-worker", instance, ShredWorkerApplication.class, more);
    }

    FleetProcess finalizer(int number) {
        return service("finalizer", "finalizer-" + number, FinalizerApplication.class);
    }

    /** Another planner, which gets something else besides. */
    FleetProcess plannerWith(String instance, Map<String, String> more) {
        return service("planner", instance, PlannerApplication.class, more);
    }

    void awaitStarted() throws InterruptedException {
        for (FleetProcess process : services.values()) {
            if (process.alive()) {
                process.awaitStarted();
            }
        }
    }

    private FleetProcess service(String name, String instance, Class<?> application) {
        return service(name, instance, application, Map.of());
    }

    private FleetProcess service(String name, String instance, Class<?> application, Map<String, String> more) {
        return services.computeIfAbsent(instance, ignored -> {
            Map<String, String> variables = new LinkedHashMap<>(environment);
            variables.put("INSTANCE", instance);
            variables.put("QUEUE_PARTITIONS", Integer.toString(QUEUE_PARTITIONS));
            variables.put("DATASETS", directory.resolve("datasets").toString());
            variables.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
            variables.put("SCRATCH", directory.resolve("scratch-" + instance).toString());
            variables.put("PORT", "0");
            int admin = freePort();
            adminPorts.put(instance, admin);
            variables.put("ADMIN_PORT", Integer.toString(admin));
            variables.putAll(more);
            Path configuration =
                    Path.of("..", name, name + ".yml").toAbsolutePath().normalize();
            return FleetProcess.start(
                    instance, application, configuration, variables, directory.resolve(instance + ".log"));
        });
    }

    private static int freePort() {
        try {
            return FreePorts.find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Prometheus would get of an instance. */
    String scrape(String instance) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + adminPorts.get(instance) + "/prometheus");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s", uri).isEqualTo(200);
        return answer.body();
    }

    /** The lines that all instances have logged, in no order among them. */
    List<String> logLines() throws Exception {
        List<String> lines = new ArrayList<>();
        for (FleetProcess service : services.values()) {
            service.log().lines().forEach(lines::add);
        }
        return lines;
    }

    /** Hears all that a topic has, from its start. */
    void listen(Topic topic, Consumer<Incoming> listener) {
        listening.add(transport.view(topic, listener));
    }

    void request(Message request) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(request)));
        }
    }

    /** Waits for a status of a dataset's days, from where the last wait ended; a failed day ends the test. */
    DayStatus await(String dataset, Predicate<DayStatus> condition) throws Exception {
        return awaitUnless(() -> false, dataset, condition).orElseThrow();
    }

    /** The same, unless something else comes first; empty then. */
    Optional<DayStatus> awaitUnless(BooleanSupplier other, String dataset, Predicate<DayStatus> condition)
            throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        DayStatus last = null;
        while (System.nanoTime() < deadline) {
            DayStatus status = statuses.poll(1, TimeUnit.SECONDS);
            if (other.getAsBoolean()) {
                return Optional.empty();
            }
            if (status == null || !status.day().dataset().equals(dataset)) {
                continue;
            }
            last = status;
            if (condition.test(status)) {
                return Optional.of(status);
            }
            assertThat(status.state()).as("%s", status.failure()).isNotEqualTo(DayState.FAILED);
        }
        throw new AssertionError("not reached in " + PATIENCE + ", last " + last + "; logs:\n" + logs());
    }

    /**
     * The last of all statuses of a dataset's days that were said by now and not waited for; later waits see later
     * ones.
     */
    Optional<DayStatus> latest(String dataset) throws Exception {
        assertThat(view.awaitCaughtUp(PATIENCE)).isTrue();
        List<DayStatus> heard = new ArrayList<>();
        statuses.drainTo(heard);
        heard.removeIf(status -> !status.day().dataset().equals(dataset));
        assertThat(heard).extracting(DayStatus::state).doesNotContain(DayState.FAILED);
        return heard.isEmpty() ? Optional.empty() : Optional.of(heard.get(heard.size() - 1));
    }

    /** What all services have said. */
    String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        for (FleetProcess service : services.values()) {
            logs.append(service).append('\n').append(service.log());
        }
        return logs.toString();
    }

    private void hear(Incoming record) {
        try {
            statuses.add((DayStatus) new MessageCodec().decode(record.value().orElseThrow()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The broker goes and does not come back. */
    void loseBroker() throws Exception {
        if (!brokerLost) {
            brokerLost = true;
            broker.close();
        }
    }

    @Override
    public void close() throws Exception {
        services.values().forEach(FleetProcess::stop);
        for (FleetProcess process : services.values()) {
            process.close();
        }
        listening.forEach(Transport.View::close);
        view.close();
        transport.close();
        loseBroker();
    }
}
