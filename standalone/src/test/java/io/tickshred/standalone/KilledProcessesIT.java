package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.ObjectKeys;
import io.tickshred.testkit.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services as processes of their own, killed with SIGKILL at moments that matter. Each test runs the day of real trades
 * once in peace and once more, by force, with the kill, and compares every published byte.
 */
class KilledProcessesIT {
    private static final LocalDate DATE = LocalDate.of(2013, 10, 7);

    @TempDir
    Path directory;

    private ProcessFleet fleet;
    private FleetProcess planner;
    private FleetProcess worker;
    private FleetProcess finalizer;

    @BeforeEach
    void startAFleet() throws Exception {
        Path input = SharedData.require("us_equity");
        Files.createDirectories(directory.resolve("out"));
        fleet = ProcessFleet.start(directory, Map.of());
        fleet.dataset("us", """
                name: us
                input: %s
                output: %s
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(input, directory.resolve("out")));
        planner = fleet.planner();
        worker = fleet.worker(1);
        fleet.worker(2);
        finalizer = fleet.finalizer(1);
    }

    @AfterEach
    void stopTheFleet() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
    }

    private void request(boolean force) throws Exception {
        fleet.request(PlanRequest.of("us", DATE, force, List.of(), List.of()));
    }

    private DayStatus await(Predicate<DayStatus> condition) throws Exception {
        return fleet.await("us", condition);
    }

    private Map<String, String> checksums() throws Exception {
        Path manifest = directory.resolve("out").resolve(ObjectKeys.manifest(new Day("us", DATE)));
        return MessageCodec.newMapper().readValue(manifest.toFile(), Manifest.class).batches().stream()
                .flatMap(batch -> batch.files().stream())
                .collect(Collectors.toMap(file -> file.table() + "-" + file.batch(), file -> file.sha256()));
    }

    private Map<String, String> runInPeace() throws Exception {
        request(false);
        await(status -> status.state() == DayState.PUBLISHED);
        return checksums();
    }

    @Test
    void aWorkerKilledInTheMiddleOfItsTasksLosesNothing() throws Exception {
        Map<String, String> expected = runInPeace();

        request(true);
        await(status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        worker.kill();

        DayStatus end = await(status -> status.state() == DayState.PUBLISHED);
        assertThat(end.chunks()).isGreaterThan(10);
        assertThat(checksums()).isEqualTo(expected).hasSizeGreaterThan(5);
    }

    @Test
    void aWorkerToldToStopInTheMiddleOfItsTasksFinishesThemAndLeaves() throws Exception {
        Map<String, String> expected = runInPeace();

        request(true);
        await(status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        boolean ended = worker.terminate(Duration.ofSeconds(25));

        assertThat(ended).as("ended by itself: %s", worker.log()).isTrue();
        assertThat(worker.log()).contains("Shred worker stopped").doesNotContain("Task given back");
        await(status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums()).isEqualTo(expected);
    }

    @Test
    void aPlannerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        Map<String, String> expected = runInPeace();

        request(true);
        await(status -> status.state() == DayState.SHREDDING && status.chunksDone() >= 2);
        planner.kill();
        planner.restart();

        await(status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums()).isEqualTo(expected);
    }

    @Test
    void aFinalizerKilledInTheMiddleOfADayFindsItsLedgerAgain() throws Exception {
        Map<String, String> expected = runInPeace();

        request(true);
        await(status -> status.state() == DayState.FINALIZING && status.batchesDone() >= 1);
        finalizer.kill();
        finalizer.restart();

        await(status -> status.state() == DayState.PUBLISHED);
        assertThat(checksums()).isEqualTo(expected);
    }
}
