package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.RunMode;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.SharedData;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three services with real data on a log in memory that hands tasks out twice, loses acknowledgements, reorders the
 * queue and aborts transactions: the published bytes are those of a run in peace.
 */
class SimulatedFaultsTest {
    private static final Day DAY = new Day("us", LocalDate.of(2013, 10, 7));

    @TempDir
    Path directory;

    @Test
    void faultsOfTheLogChangeNoByteOfADay() throws Exception {
        Map<String, String> expected = run("peace", RunMode.SHRED, MemoryFaults.none());
        long seed = new Random().nextLong();

        Map<String, String> found = run("storm", RunMode.SHRED, MemoryFaults.seeded(seed));
        Map<String, String> naive = run("naive-storm", RunMode.NAIVE, MemoryFaults.seeded(seed));

        assertThat(found).as("batches by checksum, seed %d", seed).isEqualTo(expected);
        assertThat(naive)
                .as("batches of the naive mode by checksum, seed %d", seed)
                .isEqualTo(expected);
        assertThat(expected).hasSizeGreaterThan(5);
    }

    private Map<String, String> run(String name, RunMode mode, MemoryFaults faults) throws Exception {
        Path home = directory.resolve(name);
        String yaml = """
                name: us
                input: %s
                output: %s
                naive: {maxReads: 100}
                chunks:
                  maxObjects: 1
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(SharedData.require("us_equity"), home.resolve("out"));
        try (MemoryFleet fleet = MemoryFleet.start(home, DatasetFile.parse("us", yaml), faults)) {
            DayStatus last = fleet.run(PlanRequest.of(DAY.dataset(), DAY.date(), false, List.of(), List.of())
                    .in(Optional.of(mode)));
            assertThat(last.state()).as("%s %s", last.failure(), faults).isEqualTo(DayState.PUBLISHED);
            assertThat(last.mode().map(ModeChoice::mode)).contains(mode);
            return MemoryFleet.checksums(fleet.manifest(DAY));
        }
    }
}
