package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.message.DayStatus;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.Overgrown;
import io.tickshred.model.Proof;
import io.tickshred.model.RunMode;
import io.tickshred.testkit.MemoryFaults;
import io.tickshred.testkit.SharedData;
import io.tickshred.testkit.duckdb.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real trades planned by sizes that are a hundred times too large for half of the rows and a hundred times too small
 * for the others: other batches, some of them far over their cap and sorted through scratch disk, and the same rows.
 */
class WrongEstimatesTest {
    private static final Day DAY = new Day("us", LocalDate.of(2013, 10, 7));
    private static final long CAP = 60_000;

    /** Half of what DuckDB needs to sort the largest batch below in memory. */
    private static final MemoryBudget SMALL = new MemoryBudget(56L << 20, 1);

    @TempDir
    Path directory;

    private record Ran(Path output, Manifest manifest, DayStatus status, double overgrown, long spilledBytes) {}

    @Test
    void sizesAHundredTimesOffChangeTheBatchesAndNoRow() throws Exception {
        Path input = SharedData.require("us_equity");

        Ran exact = run(input, "exact", "estimator: {kind: exact}");
        Ran heavyTooSmall = run(input, "heavy", sizes(input, "heavy", "n > 10000"));
        Ran lightTooSmall = run(input, "light", sizes(input, "light", "n <= 10000"));
        Ran allButOneTooSmall = run(input, "all-but-one", sizes(input, "all-but-one", "n <> 18445"));

        for (Ran wrong : List.of(heavyTooSmall, lightTooSmall, allButOneTooSmall)) {
            assertThat(wrong.manifest.tables().get(0).proof())
                    .isEqualTo(exact.manifest.tables().get(0).proof());
            assertThat(rowsByListing(wrong)).isEqualTo(rowsByListing(exact));
            assertThat(wrong.manifest.sources()).isEqualTo(exact.manifest.sources());
            assertThat(wrong.manifest.batches())
                    .extracting(ManifestBatch::listings)
                    .isNotEqualTo(exact.manifest.batches().stream()
                            .map(ManifestBatch::listings)
                            .toList());
        }
    }

    @Test
    void aBatchLargerThanPlannedIsSortedWithinTheMemoryAndFlagged() throws Exception {
        Path input = SharedData.require("us_equity");

        // One listing fills the batches by its size, so that all others come into one.
        Ran ran = run(input, "all-but-one", sizes(input, "all-but-one", "n <> 18445"));

        List<ManifestBatch> overgrown = ran.manifest.batches().stream()
                .filter(batch -> batch.overgrown().isPresent())
                .toList();
        assertThat(overgrown).isNotEmpty().allSatisfy(batch -> {
            Overgrown trades = batch.overgrown().orElseThrow().get(0);
            Proof proof = batch.files().get(0).proof();
            assertThat(trades.rows()).isEqualTo(proof.rows()).isGreaterThan(CAP);
            assertThat(trades.plannedRows())
                    .isEqualTo(batch.estimatedRows().orElseThrow().get(0))
                    .isLessThanOrEqualTo(CAP);
            assertThat(trades.fullness()).isEqualTo((double) proof.rows() / CAP);
        });
        assertThat(ran.manifest.batches()).hasSizeGreaterThan(overgrown.size());
        assertThat(ran.overgrown).isEqualTo(overgrown.size());
        assertThat(ran.status.note()).hasValueSatisfying(note -> assertThat(note)
                .startsWith(overgrown.size() + " batch")
                .contains("turned out larger than planned and than a cap: batch "));
        long largest = overgrown.stream()
                .mapToLong(batch -> batch.files().get(0).memoryBytes().orElseThrow())
                .max()
                .orElseThrow();
        System.out.printf(
                "OVERGROWN batches=%d of %d largest=%d bytes in memory, limit=%d, spilled=%d%n",
                overgrown.size(), ran.manifest.batches().size(), largest, SMALL.duckdbBytes(), ran.spilledBytes);
        assertThat(ran.spilledBytes).isPositive();
    }

    @Test
    void aNaiveBatchLargerThanPlannedIsFlaggedAndSpillsAsAShreddedOneDoes() throws Exception {
        Path input = SharedData.require("us_equity");
        String sizes = sizes(input, "all-but-one", "n <> 18445");

        Ran shredded = run(input, "all-but-one", sizes);
        Ran naive = run(input, "all-but-one-naive", sizes + "\nmode: naive\nnaive: {maxReads: 1000}");

        assertThat(naive.manifest.figures().orElseThrow().mode().orElseThrow().mode())
                .isEqualTo(RunMode.NAIVE);
        assertThat(MemoryFleet.checksums(naive.manifest)).isEqualTo(MemoryFleet.checksums(shredded.manifest));
        assertThat(naive.manifest.batches())
                .extracting(ManifestBatch::overgrown)
                .anyMatch(Optional::isPresent)
                .isEqualTo(shredded.manifest.batches().stream()
                        .map(ManifestBatch::overgrown)
                        .toList());
        assertThat(naive.overgrown).isEqualTo(shredded.overgrown);
        assertThat(naive.status.note()).isPresent().isEqualTo(shredded.status.note());
        assertThat(naive.spilledBytes).isPositive();
    }

    /**
     * Sizes of a file: a hundredth of the rows of the listings that a condition holds for, a hundred times the others'.
     */
    private String sizes(Path input, String name, String tooSmall) throws Exception {
        Path file = directory.resolve(name + ".csv");
        try (Oracle oracle = new Oracle()) {
            oracle.execute("COPY (SELECT ListingId AS listing, 'trades' AS \"table\", CASE WHEN " + tooSmall
                    + " THEN n // 100 ELSE n * 100 END AS \"rows\" FROM (SELECT ListingId, count(*) AS n FROM '"
                    + input.resolve("date=" + DAY.date()) + "/*/*.parquet' GROUP BY 1)) TO '" + file + "' (HEADER)");
        }
        return "estimator: {kind: reference, source: " + name + ".csv, location: " + directory + "}";
    }

    private Ran run(Path input, String name, String estimator) throws Exception {
        Path home = Files.createDirectories(directory.resolve(name + "-" + System.nanoTime()));
        String yaml = """
                name: us
                input: %s
                output: %s
                %s
                tables:
                  - name: trades
                    maxRows: %d
                """.formatted(input, home.resolve("out"), estimator, CAP);
        DuckDbEngines finalizing = DuckDbEngines.one(SMALL);
        try (MemoryFleet fleet =
                MemoryFleet.start(home, DatasetFile.parse("us", yaml), MemoryFaults.none(), finalizing)) {
            DayStatus last = fleet.run(PlanRequest.of(DAY.dataset(), DAY.date(), false, List.of(), List.of()));
            assertThat(last.state()).as("%s", last.failure()).isEqualTo(DayState.PUBLISHED);
            return new Ran(
                    home.resolve("out"),
                    fleet.manifest(DAY),
                    last,
                    fleet.registry()
                            .get("tickshred.finalizer.overgrown")
                            .tag("dataset", "us")
                            .counter()
                            .count(),
                    finalizing.spilledBytes());
        }
    }

    /** By the batch objects themselves. */
    private static List<List<String>> rowsByListing(Ran ran) {
        String objects = ran.manifest.batchKeys().stream()
                .map(key -> "'" + ran.output.resolve(key) + "'")
                .collect(Collectors.joining(", "));
        try (Oracle oracle = new Oracle()) {
            return oracle.rows("SELECT ListingId, count(*) FROM read_parquet([" + objects + "]) GROUP BY 1 ORDER BY 1");
        }
    }
}
