package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.tickshred.config.DatasetFile;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.PlanFigures;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A day of real trades planned by the day before, as a fleet published it, in which one market was missing. */
class HistoryDayTest {
    private static final Day BEFORE = new Day("us", LocalDate.of(2013, 10, 7));
    private static final Day DAY = new Day("us", LocalDate.of(2013, 10, 8));
    private static final String MISSING = "XNAS";

    @TempDir
    Path directory;

    @Test
    void aDayIsPlannedByThePublishedDaysBeforeItAndAMarketThatTheyLackIsCounted() throws Exception {
        Path input = input();
        String yaml = """
                name: us
                input: %s
                output: %s
                estimator: {kind: history}
                tables:
                  - name: trades
                    maxRows: 60000
                """.formatted(input, directory.resolve("out"));
        try (MemoryFleet fleet =
                MemoryFleet.start(directory.resolve("home"), DatasetFile.parse("us", yaml), MemoryFaults.none())) {

            DayStatus first = fleet.run(PlanRequest.of("us", BEFORE.date(), false, List.of(), List.of()));
            DayStatus second = fleet.run(PlanRequest.of("us", DAY.date(), false, List.of(), List.of()));

            assertThat(first.state()).as("%s", first.failure()).isEqualTo(DayState.PUBLISHED);
            assertThat(second.state()).as("%s", second.failure()).isEqualTo(DayState.PUBLISHED);
            PlanFigures counted = fleet.manifest(BEFORE).figures().orElseThrow();
            assertThat(counted.exact()).isTrue();
            assertThat(counted.notes())
                    .contains("none of the 14 days before is published with rows by listing: all is counted");

            Manifest manifest = fleet.manifest(DAY);
            PlanFigures figures = manifest.figures().orElseThrow();
            assertThat(figures.estimator()).isEqualTo(EstimatorPolicy.Kind.HISTORY);
            assertThat(figures.exact()).isFalse();
            assertThat(figures.estimatedFrom()).contains("1 of the 14 days before, the newest 2013-10-07, 1 days old");
            assertThat(figures.notes())
                    .anyMatch(note -> note.contains("trades of XNAS is not in the history and was counted"));
            assertThat(manifest.batches()).hasSizeGreaterThan(3).allSatisfy(batch -> assertThat(batch.estimatedRows())
                    .isPresent());
            assertThat(manifest.outside()).isZero();
            assertThat(published(manifest)).isEqualTo(source(input));
            assertThat(estimated(manifest, MISSING, input)).isPositive();
            DistributionSummary error = fleet.registry()
                    .get("tickshred.finalizer.estimate.error")
                    .tag("estimator", "history")
                    .summary();
            assertThat(error.count()).isPositive();
            assertThat(error.max()).isPositive();
        }
    }

    /** Batches that hold a listing of the market are planned with more than one row each. */
    private long estimated(Manifest manifest, String mic, Path input) {
        try (Oracle oracle = new Oracle()) {
            List<String> listings = oracle
                    .rows("SELECT DISTINCT ListingId FROM '" + input + "/date=" + DAY.date() + "/mic=" + mic
                            + "/*.parquet'")
                    .stream()
                    .map(row -> row.get(0))
                    .toList();
            List<ManifestBatch> holding = manifest.batches().stream()
                    .filter(batch -> batch.listings().stream().anyMatch(listings::contains))
                    .toList();
            assertThat(holding).isNotEmpty();
            return holding.stream()
                    .mapToLong(batch -> batch.estimatedRows().orElseThrow().get(0))
                    .min()
                    .orElseThrow();
        }
    }

    private List<List<String>> published(Manifest manifest) {
        String objects = manifest.batchKeys().stream()
                .map(key -> "'" + directory.resolve("out").resolve(key) + "'")
                .collect(Collectors.joining(", "));
        return rowsByListing("read_parquet([" + objects + "])");
    }

    private static List<List<String>> source(Path input) {
        return rowsByListing("read_parquet('" + input + "/date=" + DAY.date() + "/*/*.parquet')");
    }

    private static List<List<String>> rowsByListing(String from) {
        try (Oracle oracle = new Oracle()) {
            return oracle.rows(
                    "SELECT ListingId, count(*), sum(Size), sum(SeqNo) FROM " + from + " GROUP BY 1 ORDER BY 1");
        }
    }

    /** Both days, the first without one market. */
    private Path input() throws IOException {
        Path data = SharedData.require("us_equity");
        Path input = directory.resolve("in");
        try (Stream<Path> all = Files.walk(data)) {
            all.filter(file -> file.toString().endsWith(".parquet"))
                    .filter(file -> !file.toString().contains("date=" + BEFORE.date() + "/mic=" + MISSING + "/"))
                    .forEach(file ->
                            copy(file, input.resolve(data.relativize(file).toString())));
        }
        return input;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
