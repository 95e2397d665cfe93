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
import io.tickshred.testkit.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

    Path directory;
    ProcessFleet fleet;
    FleetProcess planner;
    FleetProcess worker;
    FleetProcess otherWorker;
    FleetProcess finalizer;
    Map<String, String> expected;

    /** The broker and what the services get besides. */
    abstract ProcessFleet start(Path directory) throws Exception;

    @BeforeAll
    void runADayInPeace(@TempDir Path temporary) throws Exception {
        directory = temporary;
        Path input = SharedData.require("us_equity");
        Files.createDirectories(directory.resolve("out"));
        fleet = start(directory);
        fleet.dataset("us", """
                name: us
                input: %s
                output: %s
                naive: {maxReads: 100}
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(input, directory.resolve("out")));
        planner = fleet.planner();
        worker = fleet.worker(1);
        otherWorker = fleet.worker(2);
        finalizer = fleet.finalizer(1);
        request(false, RunMode.SHRED);
        await(status -> status.state() == DayState.PUBLISHED);
        expected = checksums();
    }

    @AfterAll
    void stopTheFleet() throws Exception {
        if (fleet != null) {
            fleet.close();
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

    @Test
    void aWorkerKilledInTheMiddleOfItsTasksLosesNothing() throws Exception {
        runAgain();
        awaitShredding(2);
        worker.kill();

        DayStatus end = await(status -> status.state() == DayState.PUBLISHED);
        worker.restart();
        assertThat(end.chunks()).isGreaterThan(10);
        assertThat(checksums()).isEqualTo(expected).hasSizeGreaterThan(5);
    }

    @Test
    void aWorkerToldToStopInTheMiddleOfItsTasksFinishesThemAndLeaves() throws Exception {
        runAgain();
        awaitShredding(2);
        boolean ended = otherWorker.terminate(Duration.ofSeconds(25));

        String log = otherWorker.life();
        assertThat(ended).as("ended by itself: %s", log).isTrue();
        assertThat(log).contains("Shred worker stopped").doesNotContain("Task given back");
        await(status -> status.state() == DayState.PUBLISHED);
        otherWorker.restart();
        assertThat(checksums()).isEqualTo(expected);
    }

    @Test
    void aPlannerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        runAgain();
        awaitShredding(2);
        planner.kill();
        planner.restart();

        await(status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums()).isEqualTo(expected);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        runAgain();
        await(status -> status.state() == DayState.FINALIZING && status.batchesDone() >= 1);
        finalizer.kill();
        finalizer.restart();

        await(status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums()).isEqualTo(expected);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfANaiveDayLosesNothing() throws Exception {
        runAgain(RunMode.NAIVE);
        await(status -> status.state() == DayState.FINALIZING && status.chunks() == 0 && status.batchesDone() >= 1);
        finalizer.kill();
        finalizer.restart();

        DayStatus end = await(status -> status.state() == DayState.PUBLISHED);
        assertThat(end.chunks()).isZero();
        assertThat(checksums()).isEqualTo(expected);
    }
}
