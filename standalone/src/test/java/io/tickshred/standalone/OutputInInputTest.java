package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dataset that publishes into the directory that it reads, where its template finds what it published. */
class OutputInInputTest {
    private static final LocalDate DATE = LocalDate.of(2024, 1, 2);

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {"in", "in/out", "in/link"})
    void aDayRunAgainReadsItsSourcesAloneAndIsTheSame(String output) throws Exception {
        Path source = home.resolve("in/" + DATE + "/XNAS/part-0.parquet");
        Files.createDirectories(source.getParent());
        try (Oracle duckdb = new Oracle()) {
            duckdb.execute("COPY (SELECT (i % 7)::BIGINT AS ListingId, i AS Seq FROM range(1000) t(i)) TO '" + source
                    + "' (FORMAT parquet)");
        }
        Files.createSymbolicLink(home.resolve("in/link"), Files.createDirectories(home.resolve("in/behind")));
        String yaml = """
                name: day
                input: %s
                output: %s
                tables:
                  - name: trades
                    source: "**/{date}/**/*.parquet"
                    listing: ListingId
                    order: [Seq]
                    timestamp: Seq
                    maxRows: 400
                """.formatted(home.resolve("in"), home.resolve(output));
        try (MemoryFleet fleet = MemoryFleet.start(home, DatasetFile.parse("day", yaml), MemoryFaults.none())) {
            Manifest first = run(fleet);
            Manifest again = run(fleet);

            assertThat(first.rows()).isEqualTo(1000);
            assertThat(again.plan()).isNotEqualTo(first.plan());
            assertThat(again.sources()).isEqualTo(first.sources()).hasSize(1);
            assertThat(MemoryFleet.checksums(again))
                    .isEqualTo(MemoryFleet.checksums(first))
                    .hasSizeGreaterThan(2);
        }
    }

    private static Manifest run(MemoryFleet fleet) throws Exception {
        DayStatus end = fleet.run(PlanRequest.of("day", DATE, true, List.of(), List.of()));
        assertThat(end.state()).as("%s", end.failure()).isEqualTo(DayState.PUBLISHED);
        return fleet.manifest(new Day("day", DATE));
    }
}
