package io.tickshred.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.benchmarks.process.ProcessStatus.ProcessorTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {
    @Test
    void memoryIsReadInBytes() {
        List<String> lines = List.of("Name:\tjava", "VmPeak:\t 9999 kB", "VmHWM:\t   2048 kB", "VmRSS:\t   1024 kB");

        assertThat(ProcessStatus.parse(lines)).contains(new ProcessStatus(1024 * 1024, 2048 * 1024));
    }

    @Test
    void aProcessThatHasEndedHasNoMemory() {
        assertThat(ProcessStatus.parse(List.of("Name:\tjava", "State:\tZ (zombie)")))
                .isEmpty();
    }

    @Test
    void timesOfChildrenAreFoundBehindACommandWithBlanksAndBrackets() {
        String stat = "4242 (a b) c) S 1 2 3 4 -1 5 6 7 8 9 101 102 1234 56 20 0 30 0 77";

        assertThat(ProcessStatus.parseChildren(stat)).isEqualTo(new ProcessorTime(12.34, 0.56));
    }

    @Test
    void idleAndStolenTimeIsNotBusy() {
        assertThat(ProcessStatus.parseBusy("cpu  100 10 20 99999 88888 1 2 3 4 5"))
                .isEqualTo(1.33);
    }
}
