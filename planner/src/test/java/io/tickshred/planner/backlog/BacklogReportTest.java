package io.tickshred.planner.backlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BacklogReportTest {
    private static final Instant NOW = Instant.parse("2026-01-05T18:00:00Z");
    private static final BacklogReport.Settings SETTINGS =
            new BacklogReport.Settings("Tickshred", "desk", Duration.ofMillis(5));

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void aLineIsWhatTheFormatAsksFor() throws Exception {
        try (MemoryTransport transport = new MemoryTransport()) {
            transport.createTopics();
            publish(transport, 3);
            BacklogReport report = new BacklogReport(transport::backlog, SETTINGS, () -> NOW, lines::add);
            report.start();
            Await.until("both queues told", () -> lines.size() >= 2, () -> lines);
            report.stop();
        }

        assertThat(new ObjectMapper().readTree(lines.get(0))).isEqualTo(new ObjectMapper().readTree("""
                {"_aws": {"Timestamp": 1767636000000, "CloudWatchMetrics": [{
                    "Namespace": "Tickshred",
                    "Dimensions": [["Fleet", "Queue"]],
                    "Metrics": [{"Name": "Backlog", "Unit": "Count"}]}]},
                 "Fleet": "desk", "Queue": "chunk-tasks", "Backlog": 3}"""));
        assertThat(lines.get(0)).doesNotContain("\n");
        assertThat(queue(lines.get(1))).isEqualTo("batch-tasks");
    }

    @Test
    void tasksInFlightCountUntilTheyAreAccepted() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        try (MemoryTransport transport = new MemoryTransport()) {
            transport.createTopics();
            publish(transport, 1);
            BacklogReport report = new BacklogReport(transport::backlog, SETTINGS, () -> NOW, lines::add);
            CountDownLatch held = new CountDownLatch(1);
            try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                held.countDown();
                finish.await();
                return TaskHandler.Outcome.ACCEPT;
            })) {
                held.await();
                report.start();
                Await.until("told", () -> !chunkBacklogs().isEmpty(), () -> lines);
                assertThat(chunkBacklogs()).containsOnly(1L);
                finish.countDown();
                Await.until("worked off", () -> chunkBacklogs().contains(0L), () -> lines);
                assertThat(slot.alive()).isTrue();
            }
            report.stop();
        }
    }

    @Test
    void aBacklogThatIsNotKnownIsNotTold() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        BacklogReport report = new BacklogReport(
                queue -> {
                    if (questions.incrementAndGet() <= 4) {
                        throw new TransportException("the broker is away");
                    }
                    return 7;
                },
                SETTINGS,
                () -> NOW,
                lines::add);

        report.start();
        Await.until("told once it is known", () -> !lines.isEmpty(), () -> lines);
        report.stop();

        assertThat(questions.get()).isGreaterThan(4);
        assertThat(lines).allMatch(line -> parse(line).path("Backlog").asLong() == 7);
    }

    @Test
    void aQueueThatStaysUnknownIsComplainedOfOnceBesideOneThatIsKnown() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        BacklogReport report = new BacklogReport(
                queue -> {
                    if (queue == Topic.BATCH_TASKS && questions.incrementAndGet() != 4) {
                        throw new TransportException("no group of that name");
                    }
                    return 7;
                },
                SETTINGS,
                () -> NOW,
                lines::add);
        Logger log = (Logger) LoggerFactory.getLogger(BacklogReport.class);
        ListAppender<ILoggingEvent> complaints = new ListAppender<>();
        complaints.start();
        log.addAppender(complaints);

        report.start();
        Await.until("asked often", () -> questions.get() >= 7, () -> lines);
        report.stop();
        log.detachAppender(complaints);

        assertThat(complaints.list)
                .as("once, and once more after an answer")
                .extracting(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
                .hasSize(2)
                .allMatch(line -> line.contains("Backlog not known") && line.contains("batch-tasks"));
    }

    @Test
    void settingsThatTellNothingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BacklogReport.Settings(" ", "desk", Duration.ofSeconds(1)))
                .withMessageContaining("namespace and fleet must not be blank");
    }

    private static void publish(Transport transport, int tasks) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(IntStream.range(0, tasks)
                    .mapToObj(i -> Outgoing.of(Topic.CHUNK_TASKS, "task-" + i, new byte[] {1}))
                    .toList());
        }
    }

    private List<Long> chunkBacklogs() {
        return lines.stream()
                .filter(line -> queue(line).equals("chunk-tasks"))
                .map(line -> parse(line).path("Backlog").asLong())
                .toList();
    }

    private static String queue(String line) {
        return parse(line).path("Queue").asText();
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
