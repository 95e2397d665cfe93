package io.tickshred.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.benchmarks.process.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownReportTest {
    @Test
    void ratiosAreTakenRoundByRound() {
        // The machine is half as fast in the second round: medians would give 30/25, each round gives 1.2.
        ComparisonResult result =
                result(20_000_000, List.of(taking(24), taking(48)), List.of(taking(20), taking(40)), 1_400_000_000);

        assertThat(result.ratio(Candidate.TICKSHRED, Candidate.DUCKDB_ONE_SHOT, Measurement::wallSeconds))
                .isEqualTo(new Spread(1.2, 1.2, 1.2));
        assertThat(new MarkdownReport(result).text())
                .contains("| wall at most 1.5 × duckdb-one-shot | 1.20 × | reached |")
                .contains("| no process over 1.5 GB | 1.40 GB | reached |");
    }

    @Test
    void aTargetThatWasNotReachedIsCalledMissed() {
        ComparisonResult result = result(20_000_000, List.of(taking(50)), List.of(taking(20)), 1_600_000_000);

        assertThat(new MarkdownReport(result).text())
                .contains("| wall at most 1.5 × duckdb-one-shot | 2.50 × | missed |")
                .contains("| no process over 1.5 GB | 1.60 GB | missed |");
    }

    @Test
    void aSmallDayIsLabelledAndJudgedByNoTarget() {
        ComparisonResult result = result(500_000, List.of(taking(50)), List.of(taking(20)), 1_000);

        assertThat(new MarkdownReport(result).text())
                .contains("A small day of 500,000 rows, not the reference day")
                .doesNotContain("missed")
                .doesNotContain("reached");
    }

    @Test
    void aReportReplacesTheOneBeforeAndNothingElse(@TempDir Path directory) throws IOException {
        Path document = directory.resolve("benchmarks.md");
        Files.writeString(document, "before\n" + MarkdownReport.BEGIN + "\nold\n" + MarkdownReport.END + "\nafter\n");
        MarkdownReport report = new MarkdownReport(result(20_000_000, List.of(taking(50)), List.of(taking(20)), 1_000));

        report.writeInto(document);
        report.writeInto(document);

        assertThat(document)
                .hasContent(
                        "before\n" + MarkdownReport.BEGIN + "\n" + report.text() + MarkdownReport.END + "\nafter\n");
    }

    @Test
    void aDocumentWithoutThePlaceForResultsIsLeftAlone(@TempDir Path directory) throws IOException {
        Path document = Files.writeString(directory.resolve("benchmarks.md"), "no marks");
        MarkdownReport report = new MarkdownReport(result(20_000_000, List.of(taking(50)), List.of(taking(20)), 1_000));

        assertThatThrownBy(() -> report.writeInto(document))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(document.toString());

        assertThat(document).hasContent("no marks");
    }

    private static Measurement taking(double wallSeconds) {
        return new Measurement(wallSeconds, wallSeconds, 1, 1_000_000_000, 1_000_000_000, 0);
    }

    private static ComparisonResult result(
            long rows, List<Measurement> tickshred, List<Measurement> oneShot, long largestBytes) {
        Map<Candidate, List<Measurement>> rounds = new EnumMap<>(Candidate.class);
        rounds.put(
                Candidate.TICKSHRED,
                tickshred.stream()
                        .map(m -> new Measurement(
                                m.wallSeconds(), m.userSeconds(), m.systemSeconds(), largestBytes, largestBytes, 0))
                        .toList());
        rounds.put(Candidate.DUCKDB_ONE_SHOT, oneShot);
        Machine machine = new Machine("processor", 2, 8_000_000_000L, "Linux", "JVM", Map.of("DuckDB", "v2"));
        return new ComparisonResult(Instant.EPOCH, "./benchmarks/run.sh", machine, rows, 360_000_000, 21, 2, rounds);
    }
}
