package io.tickshred.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private Path log = Path.of("");

    @BeforeEach
    void logInTheDirectory() {
        log = directory.resolve("log");
    }

    @Test
    void theTimeOfAGrandchildIsCountedAndSleepIsNot() throws Exception {
        String burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

        Measurement idle = shell("sleep 0.5").run(LIMIT);
        Measurement busy = shell("sh -c '" + burn + "'; sleep 0.1").run(LIMIT);

        assertThat(idle.wallSeconds()).isGreaterThanOrEqualTo(0.5);
        assertThat(idle.processorSeconds()).isLessThan(0.2);
        assertThat(busy.userSeconds()).isGreaterThan(0.1);
        assertThat(busy.processorSeconds()).isLessThan(busy.wallSeconds() + 0.1);
    }

    @Test
    void memoryOfAChildThatWasGivenBackCountsAsThePeak() throws Exception {
        // A shell variable of 40 MB, dropped again before the process ends.
        String hold = "x=$(head -c 40000000 /dev/zero | tr \"\\0\" a); sleep 0.5; x=; sleep 0.3";

        Measurement measurement = shell("sh -c '" + hold + "'; true").run(LIMIT);

        assertThat(measurement.largestBytes()).isBetween(40_000_000L, 400_000_000L);
        assertThat(measurement.sumBytes()).isGreaterThanOrEqualTo(measurement.largestBytes());
    }

    @Test
    void aFailureShowsTheExitCodeAndWhatWasPrintedLast() {
        assertThatThrownBy(() -> shell("echo no such bucket >&2; exit 3").run(LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exited with 3")
                .hasMessageContaining("no such bucket")
                .hasMessageContaining(log.toString());
    }

    @Test
    void aProcessThatTakesTooLongIsEndedWithItsChildren() {
        Path started = directory.resolve("pid");

        assertThatThrownBy(() ->
                        shell("sleep 300 & echo $! >" + started + "; wait").run(Duration.ofMillis(500)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within 0 s");

        assertThat(started).content().satisfies(pid -> assertThat(awaitEnd(Long.parseLong(pid.trim())))
                .isTrue());
    }

    @Test
    void aCommandThatIsNotThereCannotStart() {
        MeasuredProcess process = new MeasuredProcess(List.of("/no/such/program"), directory, log);

        assertThatThrownBy(() -> process.run(LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }

    private MeasuredProcess shell(String script) {
        return new MeasuredProcess(List.of("/bin/sh", "-c", script), directory, log);
    }

    private static boolean awaitEnd(long pid) {
        for (int i = 0; i < 100; i++) {
            boolean running = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
                    && ProcessStatus.of(pid).isPresent();
            if (!running) {
                return true;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }
}
