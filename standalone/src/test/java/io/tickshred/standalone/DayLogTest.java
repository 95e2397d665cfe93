package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.finalizer.FinalizerService;
import io.tickshred.fleet.Outbox;
import io.tickshred.fleet.WorkSettings;
import io.tickshred.log.JsonLayout;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DayState;
import io.tickshred.model.RunMode;
import io.tickshred.planner.PlannerService;
import io.tickshred.planner.PlannerSettings;
import io.tickshred.planner.plan.RequestPrices;
import io.tickshred.shred.ShredWorkerService;
import io.tickshred.standalone.demo.DayGenerator;
import io.tickshred.standalone.demo.SyntheticDay;
import io.tickshred.standalone.meters.LogLines;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.MemoryBroker;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What the services log of a small day, in JSON: a day that is published, and one with an object that is no Parquet.
 */
class DayLogTest {
    private static final LocalDate GOOD = LocalDate.of(2024, 1, 2);
    private static final LocalDate BAD = LocalDate.of(2024, 1, 3);
    private static final MemoryBudget BUDGET = new MemoryBudget(256L << 20, 1);
    private static final int OBJECTS = 12;

    private final Logger own = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.tickshred");
    private final List<String> json = new CopyOnWriteArrayList<>();
    private final JsonLayout layout = new JsonLayout();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            json.add(layout.doLayout(event));
        }
    };
    private Level before = Level.INFO;

    @TempDir
    Path home;

    @BeforeEach
    void listen() {
        before = own.getLevel();
        layout.setContext(own.getLoggerContext());
        layout.start();
        appender.setContext(own.getLoggerContext());
        appender.start();
        own.addAppender(appender);
        own.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        own.detachAppender(appender);
        own.setLevel(before);
    }

    private void sources() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(home, BUDGET)) {
            new DayGenerator(session).write(new SyntheticDay(GOOD, 6_000, 60, 1), home.resolve("in"));
        }
        Path directory = Files.createDirectories(home.resolve("in/trades/date=" + BAD + "/mic=XNYS"));
        Files.writeString(directory.resolve("part-0.parquet"), "no Parquet at all");
        Files.createDirectories(home.resolve("out"));
    }

    private static DayStatus status(byte[] value) {
        try {
            return (DayStatus) new MessageCodec().decode(value);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static PlanRequest request(LocalDate date) {
        return PlanRequest.of("trades", date, false, List.of(), List.of());
    }

    /** Runs days to their ends, and says with which plans, in the days' order. */
    private List<DayStatus> run(PlanRequest... requests) throws Exception {
        String yaml = """
                name: trades
                input: %s
                output: %s
                chunks:
                  maxObjects: 1
                naive: {maxReads: 100}
                tables:
                  - name: trades
                    maxRows: 2000
                """.formatted(home.resolve("in"), home.resolve("out"));
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse("trades", yaml)));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        DuckDbEngines engines = DuckDbEngines.one(BUDGET);
        Duration drain = Duration.ofSeconds(10);
        BlockingQueue<DayStatus> ends = new LinkedBlockingQueue<>();
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws());
                Transport transport = new MemoryBroker().transport("all");
                Transport.View view = transport.view(Topic.DAY_STATUS, record -> {
                    DayStatus status = status(record.value().orElseThrow());
                    if (status.state().ended()) {
                        ends.add(status);
                    }
                })) {
            PlannerService planner = new PlannerService(
                    transport,
                    datasets,
                    stores,
                    new PlannerSettings("p", home.resolve("p"), BUDGET, 4, 1L << 30, RequestPrices.S3_STANDARD),
                    registry);
            ShredWorkerService worker = new ShredWorkerService(
                    transport,
                    datasets,
                    stores,
                    new WorkSettings("w", 2, home.resolve("w"), engines, 5, drain),
                    registry);
            FinalizerService finalizer = new FinalizerService(
                    transport,
                    datasets,
                    stores,
                    new WorkSettings("f", 2, home.resolve("f"), engines, 5, drain),
                    registry);
            planner.start();
            worker.start();
            finalizer.start();
            try (var publisher = transport.publisher()) {
                publisher.publish(Stream.of(requests).map(Outbox::record).toList());
            }
            List<DayStatus> found = new ArrayList<>();
            for (int i = 0; i < requests.length; i++) {
                found.add(ends.poll(60, TimeUnit.SECONDS));
            }
            worker.stop();
            planner.stop();
            finalizer.stop();
            assertThat(found).doesNotContainNull();
            found.sort(Comparator.comparing(status -> status.day().date()));
            return found;
        }
    }

    @Test
    void eachStateOfADayAndEachEndOfATaskIsOneLineWithKeysOfTheVocabulary() throws Exception {
        sources();

        List<DayStatus> ends = run(request(GOOD), request(BAD));

        LogLines lines = LogLines.parse(json);
        DayStatus good = ends.get(0);
        DayStatus bad = ends.get(1);
        assertThat(good.state()).as("%s", good.failure()).isEqualTo(DayState.PUBLISHED);
        assertThat(lines.unknownKeys()).isEmpty();
        assertThat(lines.states(
                        "trades", GOOD.toString(), good.plan().orElseThrow().value()))
                .containsExactly("planning", "shredding", "finalizing", "published");
        assertThat(lines.states(
                        "trades", BAD.toString(), bad.plan().orElseThrow().value()))
                .containsExactly("planning", "failed");
        assertThat(lines.values("Day failed", "object"))
                .containsExactly("trades/date=" + BAD + "/mic=XNYS/part-0.parquet");
        assertThat(lines.values("Chunk done", "chunk")).hasSize(OBJECTS).doesNotHaveDuplicates();
        assertThat(lines.values("Chunk done", "attempt")).hasSize(OBJECTS).doesNotHaveDuplicates();
        assertThat(lines.values("Batch done", "batch")).hasSize(good.batches()).doesNotHaveDuplicates();
        assertThat(lines.values("Publication done", "plan"))
                .containsExactly(good.plan().orElseThrow().value());
        assertThat(lines.values("Chunk done", "routed").stream()
                        .mapToLong(Long::parseLong)
                        .sum())
                .isEqualTo(6_000);
        assertThat(lines.all())
                .as("no more than a few lines beside those of tasks")
                .hasSizeLessThan(OBJECTS + good.batches() + 20);
        assertThat(json.stream().map(line -> line.replaceAll("\"time\":\"[^\"]*\"", "")))
                .as("no line comes twice")
                .doesNotHaveDuplicates();
    }

    @Test
    void aNaiveDayIsLoggedInTheStatesThatItComesInto() throws Exception {
        sources();

        DayStatus day = run(request(GOOD).in(Optional.of(RunMode.NAIVE))).get(0);

        LogLines lines = LogLines.parse(json);
        String plan = day.plan().orElseThrow().value();
        assertThat(day.state()).as("%s", day.failure()).isEqualTo(DayState.PUBLISHED);
        assertThat(lines.unknownKeys()).isEmpty();
        assertThat(lines.states("trades", GOOD.toString(), plan))
                .containsExactly("planning", "finalizing", "published");
        assertThat(lines.values(plan, "Chunk done", "chunk")).isEmpty();
        assertThat(lines.values(plan, "Batch done", "batch"))
                .hasSize(day.batches())
                .doesNotHaveDuplicates();
    }
}
