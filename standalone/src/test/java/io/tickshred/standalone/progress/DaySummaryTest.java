package io.tickshred.standalone.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.Day;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.ManifestBuilder;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RowsWithoutListing;
import io.tickshred.testkit.Manifests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DaySummaryTest {
    @Test
    void aPublishedDayEndsWithBatchesManifestProofAndQuery() {
        List<String> lines = DaySummary.lines(manifest(2), "/out/trades/2024-01-02/manifest.json", "/out");

        assertThat(lines)
                .containsExactly(
                        "batch  table   listings   rows      size  row hash          object",
                        "-----  ------  --------  -----  --------  ----------------  ------",
                        "    0  trades         3  1,000  2.00 KiB  00000000000000ff  k0",
                        "    1  trades         3  1,000  2.00 KiB  00000000000000ff  k1",
                        "",
                        "manifest  /out/trades/2024-01-02/manifest.json",
                        "proof     2,060 rows in = 2,000 routed + 50 filtered + 10 outside universe; row hashes of source and"
                                + " output agree in all 2 objects",
                        "query     duckdb -c \"SELECT ListingId, count(*) AS rows, min(Ts) AS first, max(Ts) AS last FROM"
                                + " read_parquet('/out/trades/2024-01-02/01hk153x00000000/batch-trades-*.parquet') GROUP BY 1"
                                + " ORDER BY rows DESC LIMIT 10\"");
    }

    @Test
    void rowsWithoutAListingAreToldAndOtherNotesOfThePlanAreLeftToTheManifest() {
        Manifest plain = manifest(1);
        PlanFigures figures = new PlanFigures(
                BatchingPolicy.Strategy.BALANCED,
                1,
                1,
                0,
                0,
                EstimatorPolicy.Kind.EXACT,
                true,
                Optional.empty(),
                List.of(
                        "a limit does not hold",
                        new RowsWithoutListing("trades", "Ticker", 55, true).note(),
                        new RowsWithoutListing("quotes", "Symbol", 1, true).note()),
                Optional.empty(),
                Optional.empty());

        List<String> lines =
                DaySummary.lines(ManifestBuilder.from(plain).figures(figures).build(), "m", "/out");

        assertThat(DaySummary.lines(plain, "m", "/out")).noneMatch(line -> line.startsWith("note"));
        assertThat(lines)
                .contains("note      55 rows of trades have no value in Ticker; they count as outside the universe;"
                        + " 1 row of quotes has no value in Symbol; it counts as outside the universe");
    }

    @Test
    void batchesThatDoNotFitAScreenAreLeftToTheManifest() {
        List<String> lines = DaySummary.lines(manifest(25), "m", "/out");

        assertThat(lines.get(22)).isEqualTo("… and 5 more batches, all in the manifest");
    }

    @Test
    void onANarrowTerminalKeysAndThenHashesAreLeftToTheManifest() {
        List<String> all = DaySummary.batches(manifest(1), 66);
        List<String> withHash = DaySummary.batches(manifest(1), 60);
        List<String> narrow = DaySummary.batches(manifest(1), 40);

        assertThat(all.get(0)).endsWith("  row hash          object");
        assertThat(withHash.get(2)).isEqualTo("    0  trades         3  1,000  2.00 KiB  00000000000000ff");
        assertThat(narrow.get(2)).isEqualTo("    0  trades         3  1,000  2.00 KiB");
    }

    @Test
    void theQueryMeansTheSameToAShellWhateverTheDirectoryIsCalled() throws Exception {
        String line = DaySummary.lines(manifest(1), "m", "/a $HOME `b` \"c\" \\d's").stream()
                .filter(text -> text.startsWith("query "))
                .findFirst()
                .orElseThrow()
                .substring("query ".length());

        Process bash = new ProcessBuilder("bash", "-c", "duckdb() { printf %s \"$2\"; }; " + line).start();

        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("read_parquet('/a $HOME `b` \"c\" \\d''s/trades/2024-01-02/");
    }

    private static Manifest manifest(int batches) {
        Day day = new Day("trades", LocalDate.of(2024, 1, 2));
        return Manifests.of(day, new PlanId("01hk153x00000000"), Instant.EPOCH)
                .tickshredVersion("0.1")
                .duckdbVersion("2.0")
                .rows(batches * 1000L + 60)
                .routed(batches * 1000L)
                .filtered(50)
                .outside(10)
                .tables(List.of(new Manifest.Table(
                        "trades",
                        "ListingId",
                        List.of("Ts"),
                        "Ts",
                        Optional.empty(),
                        List.of(),
                        new Proof(batches * 1000L, new RowHash(255L * batches)))))
                .batches(IntStream.range(0, batches)
                        .mapToObj(b -> new ManifestBatch(
                                b,
                                List.of("1", "2", "3"),
                                List.of(new BatchFile(
                                        "trades",
                                        b,
                                        "k" + b,
                                        2048,
                                        "00",
                                        new Proof(1000, new RowHash(255)),
                                        Optional.empty(),
                                        Optional.empty(),
                                        3))))
                        .toList())
                .build();
    }
}
