package io.tickshred.planner.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.KafkaConfiguration;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryBroker;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.kafka.KafkaTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BacklogSamplerTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MemoryBroker broker = new MemoryBroker();
    private final Transport transport = broker.transport("planner");
    private Instant now = Instant.now();
    private final AtomicInteger also = new AtomicInteger();
    private final BacklogSampler sampler =
            new BacklogSampler(transport, registry, () -> now, Duration.ofMillis(5), also::incrementAndGet);
    private final SimpleMeterRegistry unknown = new SimpleMeterRegistry();

    private double gauge(String name, String tag, String value) {
        return registry.get(name).tag(tag, value).gauge().value();
    }

    private void publish(Topic topic, int count) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            for (int i = 0; i < count; i++) {
                publisher.publish(List.of(Outgoing.of(topic, "k" + i, new byte[1])));
            }
        }
    }

    @Test
    void tasksAreTheBacklogWithoutAnyWorkerAndWhileOneHoldsThem() throws Exception {
        publish(Topic.CHUNK_TASKS, 3);
        sampler.sample();
        double waiting = gauge("tickshred.queue.backlog", "queue", "chunk-tasks");
        now = now.plusSeconds(90);
        double age = gauge("tickshred.queue.oldest.age", "queue", "chunk-tasks");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            held.countDown();
            finish.await();
            return TaskHandler.Outcome.ACCEPT;
        })) {
            held.await();
            sampler.sample();
            double inFlight = gauge("tickshred.queue.backlog", "queue", "chunk-tasks");
            finish.countDown();
            Await.until("all done", () -> backlog() == 0, this::backlog);
            sampler.sample();

            assertThat(waiting).isEqualTo(3);
            assertThat(age).isBetween(89.0, 92.0);
            assertThat(inFlight).isEqualTo(3);
            assertThat(gauge("tickshred.queue.backlog", "queue", "chunk-tasks")).isZero();
            assertThat(gauge("tickshred.queue.oldest.age", "queue", "chunk-tasks"))
                    .isZero();
        }
    }

    private long backlog() {
        try {
            return transport.backlog(Topic.CHUNK_TASKS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLedgerThatHandledNothingIsBehindByAllThatWasSaid() throws Exception {
        publish(Topic.CHUNK_RESULTS, 4);
        publish(Topic.BATCH_RESULTS, 2);
        sampler.sample();
        now = now.plusSeconds(60);

        assertThat(gauge("tickshred.coordinator.lag", "coordinator", "ledger")).isEqualTo(4);
        assertThat(gauge("tickshred.coordinator.lag", "coordinator", "batch-ledger"))
                .isEqualTo(2);
        assertThat(gauge("tickshred.coordinator.lag.age", "coordinator", "ledger"))
                .isBetween(59.0, 62.0);
        assertThat(gauge("tickshred.coordinator.lag", "coordinator", "planner")).isZero();
        assertThat(gauge("tickshred.coordinator.lag.age", "coordinator", "planner"))
                .isZero();
    }

    @Test
    void whatBrokersDoNotAnswerIsUnknownAndNotZero() throws Exception {
        KafkaConfiguration impatient = KafkaConfiguration.of("127.0.0.1:1").withStartTimeout(Duration.ofMillis(100));

        try (Transport nowhere = new KafkaTransport(impatient, "planner")) {
            new BacklogSampler(nowhere, unknown, () -> now, Duration.ofMinutes(1), () -> {}).sample();
        }

        assertThat(unknown.get("tickshred.queue.backlog").gauges()).allMatch(gauge -> Double.isNaN(gauge.value()));
        assertThat(unknown.get("tickshred.queue.oldest.age").gauges()).allMatch(gauge -> Double.isNaN(gauge.value()));
        assertThat(unknown.get("tickshred.coordinator.lag").gauges()).allMatch(gauge -> Double.isNaN(gauge.value()));
    }

    @Test
    void anOutageIsOneLineAndItsEndAnother() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(BacklogSampler.class);
        Level before = log.getLevel();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);

        sampler.sample();
        broker.hide("chunk-tasks", "ledger");
        sampler.sample();
        sampler.sample();
        broker.hide();
        sampler.sample();
        sampler.sample();
        log.detachAppender(lines);
        log.setLevel(before);

        assertThat(lines.list)
                .extracting(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("Backlog not known", "queue=\"chunk-tasks\"", "does not answer"),
                        line -> assertThat(line).contains("Backlog known again"));
    }

    @Test
    void aCoordinatorWhoseLagIsUnknownIsNamedAsOne() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger(BacklogSampler.class);
        log.addAppender(lines);

        broker.hide("ledger");
        sampler.sample();
        log.detachAppender(lines);

        assertThat(lines.list)
                .extracting(line -> line.getKeyValuePairs().toString())
                .singleElement()
                .asString()
                .contains("coordinator=\"ledger\"")
                .doesNotContain("queue=");
    }

    @Test
    void itGoesOnUntilItIsClosedAndDoesTheRestEachTime() throws Exception {
        sampler.start();
        Await.until("sampled", () -> also.get() > 3, also::get);
        sampler.close();
        int then = also.get();
        Thread.sleep(30);

        assertThat(also).hasValue(then);
    }
}
