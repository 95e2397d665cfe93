package io.tickshred.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.benchmarks.day.BatchAssignment;
import io.tickshred.benchmarks.day.ReferenceUniverse;
import io.tickshred.benchmarks.duckdb.OutputCheck;
import io.tickshred.benchmarks.duckdb.PeerDatabase;
import io.tickshred.benchmarks.duckdb.ReferenceDay;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonIT {
    private static final long ROWS = 30_000;
    private static final LocalDate DATE = LocalDate.of(2026, 1, 5);
    private static final BatchAssignment ASSIGNMENT = BatchAssignment.firstFit(ReferenceUniverse.of(ROWS), 5_000);

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path input = Path.of("");

    @BeforeEach
    void makeTheDay() throws IOException {
        input = new ReferenceDay(ROWS, 7, DATE).ensure(directory.resolve("days"));
    }

    @Test
    void candidatesRunInTurnAndLeaveNothingBehind() throws Exception {
        CandidateCommands commands = new CandidateCommands(directory, DATE, 2);

        Comparison.Rounds done = comparison(List.of(Candidate.FLOOR, Candidate.DUCKDB_ONE_SHOT), commands)
                .run(input, ASSIGNMENT, 2);

        assertThat(done.batches()).isEqualTo(ASSIGNMENT.batches().size());
        assertThat(done.measurements().keySet()).containsExactly(Candidate.DUCKDB_ONE_SHOT, Candidate.FLOOR);
        assertThat(done.measurements().values())
                .allSatisfy(rounds -> assertThat(rounds).hasSize(2).allSatisfy(m -> {
                    assertThat(m.wallSeconds()).isPositive();
                    assertThat(m.processorSeconds()).isPositive();
                    assertThat(m.largestBytes()).isGreaterThan(50_000_000);
                }));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines().map(line -> line.substring(0, 26)
                        .trim()))
                .containsExactly(
                        "warm-up   duckdb-one-shot",
                        "warm-up   floor",
                        "round 1   duckdb-one-shot",
                        "round 1   floor",
                        "round 2   duckdb-one-shot",
                        "round 2   floor");
        assertThat(directory.resolve("work/run")).doesNotExist();
    }

    @Test
    void aCandidateThatMakesNoBatchesIsFoundOut() {
        CandidateCommands commands = new CandidateCommands(directory, DATE, 2);
        Candidate.Commands copying = (candidate, job) -> commands.command(Candidate.FLOOR, job);

        assertThatThrownBy(() ->
                        comparison(List.of(Candidate.DUCKDB_ONE_SHOT), copying).run(input, ASSIGNMENT, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("duckdb-one-shot did not do the job")
                .hasMessageContaining("one a batch, found 1")
                .hasMessageContaining("out of order");
    }

    /** A day as Tickshred publishes it, in other batches than those that are made without it. */
    @Test
    void tickshredsOwnBatchesAreEveryonesInWhicheverModeItRuns() throws Exception {
        CandidateCommands commands = new CandidateCommands(directory, DATE, 2);
        BatchAssignment own = BatchAssignment.firstFit(ReferenceUniverse.of(ROWS), 8_000);
        Path map = directory.resolve("own.parquet");
        try (PeerDatabase database = PeerDatabase.open(directory.resolve("own"), "1GB", 2)) {
            new OutputCheck(database).writeMap(own, map);
        }
        Candidate.Commands publishing = (candidate, job) -> candidate.isTickshred()
                ? published(commands.command(
                        Candidate.DUCKDB_ONE_SHOT,
                        new Candidate.Job(job.input(), map, own.batches().size(), job.output())))
                : commands.command(candidate, job);

        Comparison.Rounds done = comparison(List.of(Candidate.TICKSHRED_SHRED, Candidate.DUCKDB_ONE_SHOT), publishing)
                .run(input, ASSIGNMENT, 1);

        assertThat(done.batches())
                .isEqualTo(own.batches().size())
                .isNotEqualTo(ASSIGNMENT.batches().size());
    }

    /** The same, with its files named as Tickshred names batches. */
    private List<String> published(List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "sh",
                "-c",
                "\"$@\" && cd work/run/output && for d in batch=*; do mv \"$d\"/*.parquet"
                        + " \"batch-trades-${d#batch=}.parquet\"; rmdir \"$d\"; done",
                "sh"));
        all.addAll(command);
        return all;
    }

    private Comparison comparison(List<Candidate> candidates, Candidate.Commands commands) {
        return new Comparison(
                candidates,
                commands,
                directory,
                directory.resolve("work"),
                Duration.ofMinutes(2),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
}
