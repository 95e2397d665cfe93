package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.RunMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Services as processes of their own, killed with SIGKILL at moments that matter. */
class KilledProcessesIT extends KilledProcesses {
    @Override
    ProcessFleet start(Path directory) throws Exception {
        return ProcessFleet.start(directory, Map.of());
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
