package io.tickshred.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.standalone.demo.DayGenerator;
import io.tickshred.standalone.demo.SyntheticDay;
import io.tickshred.standalone.embedded.FreePorts;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * All of docker-compose.yml as {@code docker compose up --scale shred-worker=4} starts it, from images built here: a
 * day in peace, what Prometheus saw of it, the same day by force with containers killed, started and stopped in its
 * middle, byte for byte the same. What comes up is stopped and removed at the end.
 */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetInContainersIT {
    private static final LocalDate DATE = LocalDate.of(2026, 1, 5);
    private static final long ROWS = 2_000_000;
    /** What `docker compose up --scale shred-worker=4` starts. */
    private static final Map<String, Integer> CONTAINERS =
            Map.of("kafka", 1, "s3", 1, "planner", 2, "shred-worker", 4, "finalizer", 2, "prometheus", 1, "grafana", 1);

    /** Metrics that a fleet has first after an event that the day in peace lacks, with the event. */
    private static final Map<String, String> AFTER_AN_EVENT = Map.of("tickshred_range_days", "a range is asked for");

    private static final long MIB = 1 << 20;

    private static final Day DAY = new Day("trades", DATE);

    private volatile Optional<DayStatus> last = Optional.empty();
    private Optional<PlanId> peace = Optional.empty();
    private Compose compose;
    private Prometheus prometheus;
    private Path directory;
    private String bootstrapServers;
    private URI s3;
    private Transport transport;
    private ObjectStores stores;

    @BeforeAll
    void bringTheFleetUp(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path datasets = Files.createDirectories(directory.resolve("datasets"));
        Files.writeString(datasets.resolve("trades.yaml"), """
                name: trades
                input: s3://market
                output: s3://tickshred
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 250000
                """);
        int kafkaPort = FreePorts.find();
        int s3Port = FreePorts.find();
        bootstrapServers = "127.0.0.1:" + kafkaPort;
        s3 = URI.create("http://127.0.0.1:" + s3Port);
        Map<String, String> environment = new TreeMap<>(Map.of(
                "IMAGE",
                "tickshred:test",
                "DATASETS",
                datasets.toString(),
                "KAFKA_PORT",
                Integer.toString(kafkaPort),
                "S3_PORT",
                Integer.toString(s3Port),
                "PROMETHEUS_PORT",
                Integer.toString(FreePorts.find()),
                "GRAFANA_PORT",
                Integer.toString(FreePorts.find()),
                "CLOUDWATCH_NAMESPACE",
                "Tickshred",
                "JAVA_OPTS",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "PLANNER_PORTS",
                "0"));
        compose = new Compose("tickshred-test", environment, Path.of("target", "compose.log"));
        compose.run("up", "-d", "--build", "--wait", "--scale", "shred-worker=4");
        prometheus = new Prometheus(compose.port("prometheus", 9090));
        stores = new ObjectStores(S3Configuration.server(s3, "tickshred", "tickshred-secret"));
        upload();
        transport = new KafkaTransport(KafkaConfiguration.of(bootstrapServers), "test");
        transport.createTopics();
        transport.view(Topic.DAY_STATUS, this::hear);
    }

    private void upload() throws Exception {
        ObjectStore market = stores.open("s3://market");
        Path root = directory.resolve("day");
        try (DuckDbSession session = DuckDbSession.open(directory, new MemoryBudget(256 * MIB, 2))) {
            for (Path file : new DayGenerator(session).write(new SyntheticDay(DATE, ROWS, 600, 7), root)) {
                market.write(root.relativize(file).toString(), file);
            }
        }
    }

    private void hear(Incoming record) {
        try {
            last = Optional.of(
                    (DayStatus) new MessageCodec().decode(record.value().orElseThrow()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    void takeTheFleetDown() throws Exception {
        if (transport != null) {
            transport.close();
        }
        if (stores != null) {
            stores.close();
        }
        if (compose != null) {
            Files.writeString(Path.of("target", "containers.log"), compose.run("logs", "--no-color"));
            compose.close();
        }
    }

    @Test
    @Order(1)
    void everythingIsUpAndHealthy() throws Exception {
        Map<String, Integer> healthy = new TreeMap<>();
        for (String service : CONTAINERS.keySet()) {
            for (String container : compose.containers(service)) {
                assertThat(compose.inspect(container).at("/State/Health/Status").asText())
                        .as(service)
                        .isEqualTo("healthy");
                healthy.merge(service, 1, Integer::sum);
            }
        }

        assertThat(healthy).isEqualTo(CONTAINERS);
        assertThat(compose.run("config", "--services").split("\\s+"))
                .containsExactlyInAnyOrderElementsOf(CONTAINERS.keySet());
    }

    @Test
    @Order(2)
    void aDayIsPlannedFromTheCommandLineToItsEndAndVerified() throws Exception {
        String planned = cli("plan", DATE.toString(), "--wait", "--bootstrap", bootstrapServers);

        assertThat(planned).contains("manifest  s3://tickshred/trades/" + DATE + "/manifest.json");
        assertThat(cli("verify", "trades/" + DATE, "--output", "s3://tickshred", "--s3-endpoint", s3 + ""))
                .contains("sound     trades/" + DATE)
                .contains("2,000,000 rows");
        peace = await(status -> status.state() == DayState.PUBLISHED).plan();
    }

    @Test
    @Order(3)
    void prometheusFindsEveryInstanceAndEvaluatesEveryRule() throws Exception {
        Map<String, Integer> fleet = Map.of("planner", 2, "shred-worker", 4, "finalizer", 2);
        Await.until("every target up", () -> prometheus.up().equals(fleet), () -> prometheus.up());

        assertThat(prometheus.rules()).hasSizeGreaterThan(25).containsKey("tickshred:queue_waiting");
        assertThat(prometheus.rules().values()).containsOnly("ok");
    }

    @Test
    @Order(4)
    void prometheusHasSeenEveryMetricThatDashboardsAndRulesAskFor() throws Exception {
        Assumptions.assumeTrue(prometheus.takesQueriesApart(), "a Prometheus before 3 stands in");
        Map<String, String> queries = Prometheus.shippedQueries();
        Await.until(
                "every query answered",
                Duration.ofSeconds(20),
                () -> prometheus.problems(queries, AFTER_AN_EVENT.keySet()).isEmpty(),
                () -> prometheus.problems(queries, AFTER_AN_EVENT.keySet()));

        assertThat(queries).hasSizeGreaterThan(110);
        assertThat(queries.toString()).contains(AFTER_AN_EVENT.keySet());
        assertThat(prometheus.names()).doesNotContainAnyElementsOf(AFTER_AN_EVENT.keySet());
        assertThat(prometheus.problems(
                        Map.of(
                                "misspelt", "sum(rate(tickshred_s4_retries_total[5m]))",
                                "broken", "sum by job (up)"),
                        Set.of()))
                .contains("misspelt: never seen: tickshred_s4_retries_total")
                .anyMatch(problem -> problem.startsWith("broken: ") && problem.contains("parse error"));
    }

    @Test
    @Order(5)
    void theDayKeepsItsProofThroughKillsStopsAndScaling() throws Exception {
        Map<String, String> expected = checksums();
        String store = compose.containers("s3").get(0);
        String worker = compose.containers("shred-worker").get(0);
        String planner = compose.containers("planner").get(0);
        plan("--force");
        await(status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 1);
        // The day stands still while its fleet is turned over, so that what happens to it happens in its middle.
        compose.docker(List.of("pause", store));
        compose.docker(List.of("kill", worker, planner));
        scaleWorkers(5);
        DayStatus scaledUp = last.orElseThrow();
        String stopped = oneWithTasksInHand(worker);
        int inHand = tasksInHand(stopped);
        long done = count(compose.logs(stopped), "Chunk done");
        CompletableFuture<Void> stop = compose.stop(stopped);
        Await.until(
                "the worker to hear that it shall stop",
                Duration.ofSeconds(60),
                () -> compose.logs(stopped).contains("Taking no more tasks"),
                () -> compose.logs(stopped));
        compose.docker(List.of("unpause", store));
        stop.join();
        int exitCode = compose.inspect(stopped).at("/State/ExitCode").asInt();
        String log = compose.logs(stopped);
        scaleWorkers(1);
        await(status -> status.state() == DayState.FINALIZING || status.state() == DayState.PUBLISHED);
        compose.docker(List.of("kill", compose.containers("finalizer").get(0)));
        DayStatus end = await(status -> status.state() == DayState.PUBLISHED);

        assertThat(scaledUp.state()).as("workers came in the middle of the day").isEqualTo(DayState.SHREDDING);
        assertThat(inHand).as("tasks in hand when it was told to stop").isPositive();
        assertThat(exitCode).as("ended by SIGTERM, not killed").isEqualTo(143);
        assertThat(log).contains("Shred worker stopped");
        assertThat(count(log, "Chunk done") - done + count(log, "Task given back"))
                .as("finished or gave back what it had in hand\n%s", log)
                .isEqualTo(inHand);
        assertThat(end.rows()).isEqualTo(ROWS);
        assertThat(checksums()).isEqualTo(expected).hasSizeGreaterThan(5);
    }

    @Test
    @Order(6)
    void thePlannersTellABacklogThatRisesAndEndsAtNothing() throws Exception {
        Await.until(
                "an empty queue",
                Duration.ofSeconds(60),
                () -> backlogs("chunk-tasks").endsWith(" 0")
                        && backlogs("batch-tasks").endsWith(" 0"),
                () -> backlogs("chunk-tasks"));

        assertThat(backlogs("chunk-tasks")).as("told while the days ran").containsPattern(" [1-9]");
    }

    /** What the planners' containers told of a queue, in the order of time. */
    private String backlogs(String queue) {
        try {
            Map<String, Long> told = new TreeMap<>();
            for (String container : compose.run("ps", "-aq", "planner").split("\\s+")) {
                for (String line : compose.logs(container).lines().toList()) {
                    JsonNode metric = line.startsWith("{\"_aws\"")
                            ? new ObjectMapper().readTree(line)
                            : MissingNode.getInstance();
                    if (metric.path("Queue").asText().equals(queue)) {
                        told.put(
                                metric.at("/_aws/Timestamp").asText(),
                                metric.path("Backlog").asLong());
                    }
                }
            }
            return told.values().stream().map(backlog -> " " + backlog).collect(Collectors.joining());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(7)
    void aContainerIsNoRootWritesToItsScratchOnlyAndDividesItsMemory() throws Exception {
        for (String service : List.of("planner", "shred-worker", "finalizer", "s3")) {
            String container = compose.containers(service).get(0);
            JsonNode state = compose.inspect(container);

            assertThat(state.at("/HostConfig/ReadonlyRootfs").asBoolean())
                    .as(service)
                    .isTrue();
            assertThat(state.at("/State/Health/Status").asText()).as(service).isEqualTo("healthy");
            assertThat(compose.inside(container, "id -u")).isEqualTo("10001");
            assertThat(compose.inside(container, "touch /tickshred/x 2>/dev/null || echo refused"))
                    .isEqualTo("refused");
            assertThat(compose.inside(container, "sed -n 's/^Name:[[:space:]]*//p' /proc/1/status"))
                    .as("what gets SIGTERM")
                    .isEqualTo("java");
        }
        assertThat(compose.run("logs", "--no-color", "shred-worker"))
                .containsPattern(
                        "memory=\"container 1024 MiB, heap 2[45]\\d MiB, reserve 320 MiB, 1 DuckDB of 4[45]\\d MiB");
    }

    @Test
    @Order(8)
    void aContainerWhoseServiceHasDiedOrDoesNotAnswerIsNotHealthy() throws Exception {
        String container = compose.containers("shred-worker").get(0);

        assertThat(compose.inside(container, "/tickshred/healthy; echo $?")).isEqualTo("0");
        assertThat(compose.inside(container, "ADMIN_PORT=1 /tickshred/healthy 2>/dev/null; echo $?"))
                .isEqualTo("1");
        assertThat(compose.inside(container, "ADMIN_PORT=8080 /tickshred/healthy; echo $?"))
                .as("a port that answers 404")
                .isEqualTo("1");
    }

    private void plan(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("plan", DATE.toString(), "--bootstrap", bootstrapServers));
        command.addAll(List.of(options));
        assertThat(cli(command.toArray(String[]::new))).contains("asked for " + DAY);
    }

    private void scaleWorkers(int count) throws Exception {
        compose.run(
                "up", "-d", "--wait", "--no-deps", "--no-recreate", "--scale", "shred-worker=" + count, "shred-worker");
        assertThat(compose.containers("shred-worker")).hasSize(count);
    }

    /** As a worker's own metrics tell. */
    private String oneWithTasksInHand(String other) throws Exception {
        for (String container : compose.containers("shred-worker")) {
            if (!container.equals(other) && tasksInHand(container) > 0) {
                return container;
            }
        }
        throw new AssertionError("no other worker has a task in hand");
    }

    private int tasksInHand(String container) throws Exception {
        String metrics = compose.inside(
                container,
                "exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET /prometheus HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3");
        return metrics.lines()
                .filter(line -> line.startsWith("tickshred_tasks_in_flight{"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static long count(String log, String message) {
        return log.lines().filter(line -> line.contains(message)).count();
    }

    /** Waits for a status of the day's latest plan. */
    private DayStatus await(Predicate<DayStatus> condition) throws Exception {
        Await.until(
                "the day gets on",
                Duration.ofMinutes(4),
                () -> last.filter(status -> status.plan().isPresent())
                        .filter(status -> !status.plan().equals(peace))
                        .filter(status -> condition.test(status) || status.state() == DayState.FAILED)
                        .isPresent(),
                () -> last);
        DayStatus status = last.orElseThrow();
        assertThat(status.failure()).isEmpty();
        return status;
    }

    private Map<String, String> checksums() throws Exception {
        byte[] json = stores.open("s3://tickshred").read(ObjectKeys.manifest(DAY));
        return MessageCodec.newMapper().readValue(json, Manifest.class).batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    /** The command line as {@code ./tickshred} starts it. */
    private String cli(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tickshred.standalone.cli.Tickshred"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().put("AWS_ACCESS_KEY_ID", "tickshred");
        builder.environment().put("AWS_SECRET_ACCESS_KEY", "tickshred-secret");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
