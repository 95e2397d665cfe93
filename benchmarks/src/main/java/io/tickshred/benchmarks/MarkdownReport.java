package io.tickshred.benchmarks;

import static java.util.Locale.ROOT;

import io.tickshred.benchmarks.process.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A comparison as Markdown, and its place in docs/benchmarks.md. */
public final class MarkdownReport {
    static final String BEGIN = "<!-- results: written by benchmarks/run.sh -->";
    static final String END = "<!-- end of results -->";

    private static final long FULL_ROWS = 20_000_000;

    private final ComparisonResult result;

    public MarkdownReport(ComparisonResult result) {
        this.result = result;
    }

    public String text() {
        List<String> lines = new ArrayList<>();
        if (result.rows() < FULL_ROWS) {
            lines.add(String.format(
                    ROOT,
                    "**A small day of %,d rows, not the reference day of %,d:** start-up weighs far more than it would,"
                            + " and no target is judged by it.",
                    result.rows(),
                    FULL_ROWS));
            lines.add("");
        }
        conditions(lines);
        lines.add("");
        figures(lines);
        if (result.rounds().containsKey(Candidate.TICKSHRED)) {
            lines.add("");
            ratios(lines);
            if (result.rows() >= FULL_ROWS) {
                lines.add("");
                targets(lines);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private void conditions(List<String> lines) {
        Machine machine = result.machine();
        int rounds = result.rounds().values().iterator().next().size();
        lines.add("- Command: `" + result.command() + "`");
        lines.add("- Date: " + result.startedAt().atZone(ZoneOffset.UTC).toLocalDate());
        lines.add(String.format(
                ROOT,
                "- Machine: %d × %s, %.1f GB, %s, %s",
                machine.processors(),
                machine.processor(),
                gigabytes(machine.memoryBytes()),
                machine.kernel(),
                machine.java()));
        List<String> versions = new ArrayList<>();
        machine.versions().forEach((name, version) -> versions.add(name + " " + version));
        lines.add("- Versions: " + String.join(", ", versions));
        lines.add(String.format(
                ROOT,
                "- Input: %,d rows, %.0f MB, into %d batches; %d workers or threads; counted rounds: %d, after one for warming up",
                result.rows(),
                result.inputBytes() / 1e6,
                result.batches(),
                result.workers(),
                rounds));
    }

    private void figures(List<String> lines) {
        lines.add("Each figure is min / median / max.");
        lines.add("");
        lines.add(
                "| Candidate | Wall s | CPU s (user + sys) | Largest process GB | All processes GB | CPU s of others |");
        lines.add("| --- | --- | --- | --- | --- | --- |");
        for (Candidate candidate : result.rounds().keySet()) {
            lines.add("| " + candidate.title() + " | "
                    + result.spread(candidate, Measurement::wallSeconds).text(1) + " | "
                    + result.spread(candidate, Measurement::processorSeconds).text(1) + " | "
                    + result.spread(candidate, m -> gigabytes(m.largestBytes())).text(2) + " | "
                    + result.spread(candidate, m -> gigabytes(m.sumBytes())).text(2) + " | "
                    + result.spread(candidate, Measurement::othersSeconds).text(1) + " |");
        }
    }

    private void ratios(List<String> lines) {
        lines.add("Tickshred over each peer, round by round: below 1 is less than the peer.");
        lines.add("");
        lines.add("| Peer | Wall | CPU | Largest process |");
        lines.add("| --- | --- | --- | --- |");
        for (Candidate peer : result.rounds().keySet()) {
            if (peer != Candidate.TICKSHRED) {
                lines.add("| " + peer.title() + " | "
                        + result.ratio(Candidate.TICKSHRED, peer, Measurement::wallSeconds)
                                .text(2) + " | "
                        + result.ratio(Candidate.TICKSHRED, peer, Measurement::processorSeconds)
                                .text(2) + " | "
                        + result.ratio(Candidate.TICKSHRED, peer, Measurement::largestBytes)
                                .text(2) + " |");
            }
        }
    }

    private void targets(List<String> lines) {
        lines.add("| Target | Found | |");
        lines.add("| --- | --- | --- |");
        wallTarget(lines, Candidate.DUCKDB_ONE_SHOT, 1.5);
        wallTarget(lines, Candidate.SPARK, 0.5);
        double largest = result.spread(Candidate.TICKSHRED, m -> gigabytes(m.largestBytes()))
                .max();
        lines.add(String.format(
                ROOT, "| no process over 1.5 GB | %.2f GB | %s |", largest, largest <= 1.5 ? "reached" : "missed"));
    }

    private void wallTarget(List<String> lines, Candidate peer, double most) {
        if (result.rounds().containsKey(peer)) {
            double median = result.ratio(Candidate.TICKSHRED, peer, Measurement::wallSeconds)
                    .median();
            lines.add(String.format(
                    ROOT,
                    "| wall at most %.1f × %s | %.2f × | %s |",
                    most,
                    peer.id(),
                    median,
                    median <= most ? "reached" : "missed"));
        }
    }

    private static double gigabytes(long bytes) {
        return bytes / 1e9;
    }

    /**
     * Puts the report between the two marks of a document, in place of what is there.
     *
     * @throws IOException if the document lacks one of the marks
     */
    public void writeInto(Path document) throws IOException {
        String old = Files.readString(document);
        int begin = old.indexOf(BEGIN);
        int end = old.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(
                    document + " must have the lines '" + BEGIN + "' and '" + END + "' where the results belong");
        }
        Files.writeString(document, old.substring(0, begin + BEGIN.length()) + "\n" + text() + old.substring(end));
    }
}
