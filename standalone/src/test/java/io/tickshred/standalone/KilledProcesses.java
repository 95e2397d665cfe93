package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.RunMode;
import io.tickshred.standalone.embedded.s3.CuttingProxy;
import io.tickshred.standalone.embedded.s3.EmbeddedS3;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.uri.ObjectStores;
import io.tickshred.testkit.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of processes, one planner, two workers and a finalizer, that has run a day of real trades in peace. Each test
 * runs it once more, by force, kills something, compares every published byte, and leaves the fleet whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KilledProcesses {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);
    /** So many kills do not all come too late by chance. */
    private static final int KILLS = 6;

    Path directory;
    ProcessFleet fleet;
    FleetProcess planner;
    FleetProcess worker;
    FleetProcess otherWorker;
    FleetProcess finalizer;
    Map<String, String> expected;

    private EmbeddedS3 s3;

    /** The broker, and what the services get besides. */
    abstract ProcessFleet start(Path directory, Map<String, String> environment) throws Exception;

    @BeforeAll
    void runADayInPeace(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path input = SharedData.require("us_equity");
        s3 = EmbeddedS3.start(EmbeddedS3.Settings.of(directory.resolve("s3"), 0, "vendor"));
        upload(input.resolve("date=" + DATE));
        fleet = start(
                directory,
                Map.of(
                        "S3_ENDPOINT", s3.endpoint().toString(),
                        "S3_ACCESS_KEY", s3.configuration().accessKey().orElseThrow(),
                        "S3_SECRET_KEY", s3.configuration().secretKey().orElseThrow()));
        fleet.dataset("us", """
                name: us
                input: s3://vendor/us
                output: %s
                naive: {maxReads: 100}
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(Files.createDirectories(directory.resolve("out"))));
        planner = fleet.planner();
        worker = fleet.worker(1);
        otherWorker = fleet.worker(2);
        finalizer = fleet.finalizer(1);
        request(false, RunMode.SHRED);
        await(status -> status.state() == DayState.PUBLISHED);
        expected = checksums();
    }

    private void upload(Path day) throws Exception {
        try (ObjectStores stores = new ObjectStores(s3.configuration());
                Stream<Path> files = Files.walk(day)) {
            ObjectStore vendor = stores.open("s3://vendor/us");
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                vendor.write(day.getParent().relativize(file).toString(), file);
            }
        }
    }

    @AfterAll
    void stopTheFleet() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        if (s3 != null) {
            s3.close();
        }
    }

    /** When all of the fleet serves. */
    final void runAgain() throws Exception {
        runAgain(RunMode.SHRED);
    }

    final void runAgain(RunMode mode) throws Exception {
        fleet.awaitStarted();
        request(true, mode);
    }

    private void request(boolean force, RunMode mode) throws Exception {
        fleet.request(PlanRequest.of("us", DATE, force, List.of(), List.of()).in(Optional.of(mode)));
    }

    final DayStatus await(Predicate<DayStatus> condition) throws Exception {
        return fleet.await("us", condition);
    }

    final DayStatus awaitShredding(int chunksDone) throws Exception {
        return await(status -> status.state() == DayState.SHREDDING && status.chunksDone() >= chunksDone);
    }

    final Map<String, String> checksums() throws Exception {
        Path manifest = directory.resolve("out").resolve(ObjectKeys.manifest(new Day("us", DATE)));
        return MessageCodec.newMapper().readValue(manifest.toFile(), Manifest.class).batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    /** A worker may be killed between two tasks, or when none is left: then once more. */
    @Test
    void aWorkerKilledInTheMiddleOfItsTasksLosesNothing() throws Exception {
        List<String> taken = List.of();
        for (int kill = 0; kill < KILLS && taken.isEmpty(); kill++) {
            runAgain();
            awaitShredding(2);
            worker.kill();

            DayStatus end = await(status -> status.state() == DayState.PUBLISHED);
            worker.restart();
            assertThat(end.chunks()).isGreaterThan(10);
            assertThat(checksums()).isEqualTo(expected).hasSizeGreaterThan(5);
            taken = chunks(otherWorker.life(), "Chunk done", "[2-5]").stream()
                    .filter(chunk -> chunk.startsWith(end.plan().orElseThrow() + "/"))
                    .toList();
        }
        assertThat(taken)
                .as("chunks that the killed worker held and the other did: %s", otherWorker.life())
                .isNotEmpty();
    }

    @Test
    void aWorkerToldToStopInTheMiddleOfItsTasksFinishesThemAndLeaves() throws Exception {
        runAgain();
        awaitShredding(2);
        boolean ended = otherWorker.terminate(Duration.ofSeconds(25));

        String log = otherWorker.life();
        assertThat(ended).as("ended by itself: %s", log).isTrue();
        assertThat(log)
                .contains("Taking no more tasks queue=chunk-tasks", "Shred worker stopped")
                .doesNotContain("Task given back");
        await(status -> status.state() == DayState.PUBLISHED);
        otherWorker.restart();
        assertThat(checksums()).isEqualTo(expected);
    }

    /** Its reads of S3 are never answered, so that its tasks last longer than any stop waits. */
    @Test
    void tasksThatOutlastAStopAreGivenBackAndDoneByOthers() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(s3.endpoint())) {
            proxy.holdAnswersTo("/vendor/us/");
            FleetProcess stuck = fleet.workerWith(
                    "stuck", Map.of("S3_ENDPOINT", proxy.endpoint().toString(), "DRAIN_TIMEOUT", "1s"));
            // A day may be over before the new worker has got anything of it.
            while (proxy.held() == 0) {
                runAgain();
                fleet.awaitUnless(() -> proxy.held() > 0, "us", status -> status.state() == DayState.PUBLISHED);
            }

            // Not so long that a thread which ignores its interruption is given up (15 s).
            boolean ended = stuck.terminate(Duration.ofSeconds(12));

            assertThat(ended).as("ended by itself: %s", stuck.life()).isTrue();
            assertThat(stuck.life()).contains("Shred worker stopped");
            await(status -> status.state() == DayState.PUBLISHED);
            List<String> givenBack = chunks(stuck.life(), "Task given back", "1");
            assertThat(givenBack).as("%s", stuck.life()).isNotEmpty();
            assertThat(chunks(worker.life() + otherWorker.life(), "Chunk done", "[2-5]"))
                    .containsAll(givenBack);
        }
        assertThat(checksums()).isEqualTo(expected);
    }

    /** Plan and chunk of lines about chunks at a delivery. */
    private static List<String> chunks(String log, String message, String delivery) {
        Pattern line = Pattern.compile(message + ".* plan=(\\S+).* chunk=(\\S+).* delivery=" + delivery + "\\b");
        return line.matcher(log)
                .results()
                .map(found -> found.group(1) + "/" + found.group(2))
                .toList();
    }

    /**
     * Runs the day and kills a service in it, until a kill comes before the day has got to a state that this service
     * alone can bring it to. What is left of the day then is for the service's next life.
     */
    private DayStatus killBefore(DayState over, FleetProcess service, RunMode mode, Predicate<DayStatus> moment)
            throws Exception {
        for (int kill = 1; ; kill++) {
            runAgain(mode);
            DayStatus seen = await(moment);
            service.kill();
            DayStatus atDeath = fleet.latest("us").orElse(seen);
            service.restart();

            DayStatus end = atDeath.state() == DayState.PUBLISHED
                    ? atDeath
                    : await(status -> status.state() == DayState.PUBLISHED);
            assertThat(checksums()).isEqualTo(expected);
            if (atDeath.state().compareTo(over) < 0) {
                return end;
            }
            assertThat(kill).as("kills, each too late: the last at %s", atDeath).isLessThan(KILLS);
        }
    }

    @Test
    void aPlannerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        DayStatus end = killBefore(
                DayState.FINALIZING,
                planner,
                RunMode.SHRED,
                status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);

        assertThat(end.chunksDone()).isEqualTo(end.chunks()).isGreaterThan(10);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        DayStatus end = killBefore(
                DayState.PUBLISHED,
                finalizer,
                RunMode.SHRED,
                status -> status.state() == DayState.FINALIZING && status.batchesDone() >= 1);

        assertThat(end.batchesDone()).isEqualTo(end.batches()).isGreaterThan(5);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfANaiveDayLosesNothing() throws Exception {
        DayStatus end = killBefore(
                DayState.PUBLISHED,
                finalizer,
                RunMode.NAIVE,
                status -> status.state() == DayState.FINALIZING && status.chunks() == 0 && status.batchesDone() >= 1);

        assertThat(end.chunks()).isZero();
    }
}
