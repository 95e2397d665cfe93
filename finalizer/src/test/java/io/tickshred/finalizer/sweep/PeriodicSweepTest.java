package io.tickshred.finalizer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.config.S3Configuration;
import io.tickshred.fleet.Outbox;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicSweepTest {
    private static final Day DAY = new Day("trades", LocalDate.of(2026, 1, 5));
    private static final Duration EVERY = Duration.ofDays(1);
    private static final Instant NOW = Instant.now();

    @TempDir
    Path output;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MemoryTransport transport = new MemoryTransport();
    private final ObjectStores stores = new ObjectStores(S3Configuration.aws());
    private final PlanId published = plan(9);
    private final PlanId dead = plan(10);
    private final PlanId live = plan(8);
    private Datasets datasets = Datasets.of(List.of());

    private static PlanId plan(int daysAgo) {
        return PlanId.create(Instant.now().minus(Duration.ofDays(daysAgo)));
    }

    @BeforeEach
    void leaveSomething() throws Exception {
        datasets = Datasets.of(List.of(DatasetFile.parse(
                "trades",
                "name: trades\ninput: " + output + "/in\noutput: " + output + "\ntables:\n  - name: trades\n")));
        transport.createTopics();
        transport
                .publisher()
                .publish(List.of(
                        Outbox.record(SweeperTest.status(DAY, published, DayState.PUBLISHED)),
                        Outbox.record(SweeperTest.status(liveDay(), live, DayState.SHREDDING))));
        for (PlanId plan : List.of(published, dead)) {
            old(ObjectKeys.batch(DAY, plan, "trades", 0));
            old(ObjectKeys.listings(DAY, plan, 0));
        }
        Files.write(
                output.resolve(ObjectKeys.manifest(DAY)),
                MessageCodec.newMapper().writeValueAsBytes(SweepRulesTest.manifest(published)));
        old(ObjectKeys.stagingPrefix(DAY, dead) + "trades/0-aaaaaaaaaaaa.parquet");
        old(ObjectKeys.stagingPrefix(liveDay(), live) + "trades/0-aaaaaaaaaaaa.parquet");
    }

    private static Day liveDay() {
        return new Day("trades", LocalDate.of(2026, 1, 6));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private void old(String key) throws IOException {
        Path file = output.resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[100]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(7))));
    }

    private PeriodicSweep sweep(boolean delete, Instant now) {
        return sweep(transport, delete, now);
    }

    private PeriodicSweep sweep(Transport transport, boolean delete, Instant now) {
        return new PeriodicSweep(
                transport,
                datasets,
                stores,
                new SweepSettings(delete, EVERY, new SweepRules(Duration.ofDays(2))),
                registry,
                () -> now);
    }

    /** All objects but claims. */
    private List<String> objects() throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> output.relativize(file).toString())
                    .filter(key -> !key.startsWith(".tickshred-tmp") && !key.startsWith("staging/.sweep/"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> claims() throws IOException {
        if (!Files.exists(output.resolve(ObjectKeys.sweepClaims("trades")))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(output.resolve(ObjectKeys.sweepClaims("trades")))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private double count(String name, String outcome) {
        return registry.get(name).tag("outcome", outcome).counter().count();
    }

    @Test
    void orphansGoAndWhatPublishedAndLiveDaysNeedStays() throws Exception {
        sweep(true, NOW).sweepWhatIsDue();

        assertThat(objects())
                .containsExactlyInAnyOrder(
                        ObjectKeys.manifest(DAY),
                        ObjectKeys.batch(DAY, published, "trades", 0),
                        ObjectKeys.listings(DAY, published, 0),
                        ObjectKeys.stagingPrefix(liveDay(), live) + "trades/0-aaaaaaaaaaaa.parquet");
        assertThat(count("tickshred.finalizer.swept", "deleted")).isEqualTo(3);
        assertThat(registry.get("tickshred.finalizer.swept.bytes").counter().count())
                .isEqualTo(300);
    }

    @Test
    void aListingSweepDeletesNothing() throws Exception {
        List<String> before = objects();

        sweep(false, NOW).sweepWhatIsDue();

        assertThat(objects()).isEqualTo(before);
        assertThat(count("tickshred.finalizer.swept", "listed")).isEqualTo(3);
    }

    @Test
    void ofSeveralFinalizersOneSweepsInAPeriodAndAnyInTheNext() throws Exception {
        PeriodicSweep first = sweep(false, NOW);
        first.sweepWhatIsDue();
        first.sweepWhatIsDue();
        sweep(false, NOW).sweepWhatIsDue();
        assertThat(count("tickshred.finalizer.sweeps", "done")).isEqualTo(1);

        sweep(false, NOW.plus(EVERY)).sweepWhatIsDue();

        assertThat(count("tickshred.finalizer.sweeps", "done")).isEqualTo(2);
        assertThat(claims()).as("that of the period before is cleared away").hasSize(1);
    }

    @Test
    void aTurnThatIsGivenBackIsTakenByAFinalizerThatHadLookedBeforeInTheSamePeriod() throws Exception {
        PeriodicSweep waiting = sweep(false, NOW);
        List<String> claimedMeanwhile = new ArrayList<>();
        Transport deaf = transport(() -> {
            claimedMeanwhile.addAll(claims());
            waiting.sweepWhatIsDue();
            throw new IllegalStateException("no broker can be reached");
        });
        sweep(deaf, false, NOW).sweepWhatIsDue();
        assertThat(claimedMeanwhile).hasSize(1);
        assertThat(count("tickshred.finalizer.sweeps", "done")).isZero();

        waiting.sweepWhatIsDue();

        assertThat(count("tickshred.finalizer.sweeps", "done")).isEqualTo(1);
    }

    /** A transport that does this when anything is asked of it. */
    private interface Asked {
        void run() throws Exception;
    }

    private Transport transport(Asked asked) {
        return (Transport) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Transport.class}, (transport, method, arguments) -> {
                    asked.run();
                    return null;
                });
    }

    @Test
    void aSweepThatFailsIsCountedAndAnotherFinalizerDoesIt() throws Exception {
        Transport deaf = transport(() -> {
            throw new IllegalStateException("no broker can be reached");
        });
        List<String> before = objects();

        sweep(deaf, true, NOW).sweepWhatIsDue();
        assertThat(count("tickshred.finalizer.sweeps", "failed")).isEqualTo(1);
        assertThat(objects()).isEqualTo(before);
        assertThat(claims()).isEmpty();

        sweep(true, NOW).sweepWhatIsDue();
        assertThat(count("tickshred.finalizer.sweeps", "done")).isEqualTo(1);
        assertThat(objects()).hasSizeLessThan(before.size());
    }

    @Test
    void aStopEndsTheThread() throws Exception {
        PeriodicSweep sweep = sweep(true, NOW);

        sweep.start();
        Await.until("swept", () -> count("tickshred.finalizer.sweeps", "done") == 1);
        sweep.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sweep"));
    }
}
