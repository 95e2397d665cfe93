package io.tickshred.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.DatasetFile;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.TableDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateCommandsTest {
    private static final LocalDate DATE = LocalDate.of(2026, 1, 5);

    @Test
    void theDatasetOfTheReferenceDayIsReadAndSortsAsThePeersDo() throws Exception {
        Path file = new CandidateCommands(Path.of("..").toAbsolutePath().normalize(), DATE, 2).dataset();

        DatasetDefinition dataset = DatasetFile.load(file);

        assertThat(dataset.tables()).hasSize(1);
        TableDefinition trades = dataset.tables().get(0);
        assertThat(trades.name()).isEqualTo("trades");
        assertThat(trades.listing()).isEqualTo("ListingId");
        assertThat(trades.order()).containsExactly("TradeTimestampNanoseconds", "SeqNo");
        assertThat(trades.caps().maxRows()).isEqualTo(2_000_000);
    }

    @Test
    void tickshredIsStartedAsAUserStartsIt() {
        Candidate.Job job = new Candidate.Job(Path.of("/in"), Path.of("/map"), 20, Path.of("/out"));

        assertThat(new CandidateCommands(Path.of("/repo"), DATE, 2).command(Candidate.TICKSHRED, job))
                .containsExactly(
                        "/repo/tickshred",
                        "run",
                        "--dataset",
                        "/repo/benchmarks/reference-day.yaml",
                        "--input",
                        "/in",
                        "--dates",
                        "2026-01-05",
                        "--workers",
                        "2",
                        "--mode",
                        "auto",
                        "--output",
                        "/out");
        assertThat(new CandidateCommands(Path.of("/repo"), DATE, 2).command(Candidate.TICKSHRED_SHRED, job))
                .containsSequence("--mode", "shred");
    }

    @Test
    void aMissingProgramIsNamedBeforeTheFirstRun(@TempDir Path repository) throws IOException {
        CandidateCommands commands = new CandidateCommands(repository, DATE, 2);

        commands.requirePrograms(List.of(Candidate.FLOOR));
        assertThatThrownBy(() -> commands.requirePrograms(List.of(Candidate.TICKSHRED)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("leave tickshred out of --candidates");
        assertThatThrownBy(() -> commands.requirePrograms(List.of(Candidate.TICKSHRED_SHRED)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("leave tickshred-shred out of --candidates");
        assertThatThrownBy(() -> commands.requirePrograms(List.of(Candidate.SPARK)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("leave spark out of --candidates");
    }

    @Test
    void anUnknownCandidateIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> Candidate.parse("hadoop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "no candidate hadoop: choose of tickshred, tickshred-shred, duckdb-one-shot, duckdb-two-step, spark, floor");
    }
}
