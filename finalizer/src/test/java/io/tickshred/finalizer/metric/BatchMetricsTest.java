package io.tickshred.finalizer.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickshred.config.DatasetFile;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricResult;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanHeader;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.Plans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchMetricsTest {
    private static final PlanHeader HEADER = Plans.header(1, 1);
    private static final MemoryBudget BUDGET = new MemoryBudget(128 << 20, 2);

    @TempDir
    Path directory;

    @TempDir
    Path files;

    private final MemoryObjectStore output = new MemoryObjectStore();

    @BeforeEach
    void writeTheBatch() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(directory, BUDGET)) {
            session.execute(
                    "COPY (SELECT 7::BIGINT AS ListingId, TIMESTAMP_NS '2026-01-05 10:00:00' AS Ts, 10.0::DOUBLE"
                            + " AS Price, 3 AS Size) TO " + Sql.path(BatchMetrics.file(directory, "trades"))
                            + " (FORMAT parquet)");
        }
    }

    private DatasetDefinition dataset(String metrics) throws Exception {
        return DatasetFile.load(Files.writeString(files.resolve("dataset.yaml"), """
                name: equities
                input: /in
                output: /out
                tables: [{name: trades, order: [Ts]}, {name: quotes, order: [Ts]}]
                metrics:
                """ + metrics));
    }

    private List<MetricResult> compute(DatasetDefinition dataset) throws Exception {
        return new BatchMetrics(output, DuckDbEngines.one(BUDGET)).compute(HEADER, dataset, 0, directory, false);
    }

    @Test
    void aMetricsObjectLiesBesideTheBatchAndTheResultSaysWhatIsInIt() throws Exception {
        List<MetricResult> results = compute(dataset("  - trades-bars\n"));

        MetricFile file = results.get(0).file().orElseThrow();
        assertThat(file.key()).isEqualTo(ObjectKeys.batchMetric(HEADER.day(), HEADER.plan(), "trades-bars", 0));
        assertThat(file.rows()).isEqualTo(1);
        byte[] stored = output.read(file.key());
        Path copy = Files.write(files.resolve("copy.parquet"), stored);
        assertThat(file.sizeBytes()).isEqualTo(stored.length);
        assertThat(file.sha256()).isEqualTo(Sha256.of(copy));
        assertThat(results.get(0).columns()).first().hasToString("MetricColumn[name=ListingId, type=BIGINT]");
    }

    @Test
    void aMetricThatFailsLeavesTheOthersAsTheyAre() throws Exception {
        Files.writeString(files.resolve("wrong.sql"), "SELECT listing,\n  nope\nFROM trades");

        List<MetricResult> results =
                compute(dataset("  - {name: mine, sql: wrong.sql, tables: trades}\n  - trades-bars\n"));

        MetricFailure failure = results.get(0).failure().orElseThrow();
        assertThat(failure.line()).isEqualTo(Optional.of(2));
        assertThat(failure.toString()).startsWith("metric mine: wrong.sql:2: Binder Error: Referenced column \"nope\"");
        assertThat(results.get(1).file()).isPresent();
    }

    @Test
    void aMetricThatDoesNotFitTheMemoryFailsAloneToo() throws Exception {
        Files.writeString(
                files.resolve("big.sql"), "SELECT list(r ORDER BY -r) AS l FROM range(100000000) AS t(r), trades");

        List<MetricResult> results = new BatchMetrics(output, DuckDbEngines.one(new MemoryBudget(64 << 20, 2)))
                .compute(
                        HEADER,
                        dataset("  - {name: big, sql: big.sql, tables: trades}\n  - trades-bars\n"),
                        0,
                        directory,
                        false);

        assertThat(results.get(0).failure().orElseThrow().reason()).contains("out of memory");
        assertThat(results.get(1).file()).isPresent();
    }

    /** A metric that fails in the words of DuckDB on a full disk. */
    private DatasetDefinition fullDiskThenBars() throws Exception {
        Files.writeString(
                files.resolve("full.sql"),
                "SELECT error('Could not write file \"duckdb_temp_block-0\": No space left on device') AS x FROM trades");
        return dataset("  - {name: full, sql: full.sql, tables: trades}\n  - trades-bars\n");
    }

    @Test
    void aFullDiskGivesTheTaskBackInsteadOfFailingTheMetricForGood() throws Exception {
        DatasetDefinition dataset = fullDiskThenBars();

        TaskException failure = catchThrowableOfType(TaskException.class, () -> compute(dataset));

        assertThat(failure)
                .hasMessageStartingWith(
                        "cannot compute metric full of batch 0 on equities/2026-01-05: DuckDB cannot write")
                .hasMessageEndingWith("give the service more scratch disk");
        assertThat(failure.kind()).isEqualTo(TaskException.Kind.RETRY);
    }

    @Test
    void aDiskThatIsStillFullAtTheLastAttemptFailsTheMetricAndNotTheDay() throws Exception {
        List<MetricResult> results = new BatchMetrics(output, DuckDbEngines.one(BUDGET))
                .compute(HEADER, fullDiskThenBars(), 0, directory, true);

        assertThat(results.get(0).failure().orElseThrow().reason()).contains("cannot write to the scratch disk");
        assertThat(results.get(1).file()).isPresent();
    }

    @Test
    void aMetricOfATableThatThePlanDoesNotHaveIsNotComputed() throws Exception {
        assertThat(compute(dataset("  - quotes-spread\n  - trades-bars\n")))
                .extracting(MetricResult::metric)
                .containsExactly("trades-bars");
    }

    @Test
    void anotherAttemptWritesTheSameBytesAndIsNoConflict() throws Exception {
        DatasetDefinition dataset = dataset("  - trades-bars\n");

        List<MetricResult> first = compute(dataset);

        assertThat(compute(dataset)).isEqualTo(first);
    }

    @Test
    void whatCanNeverWorkIsKnownWithoutData() throws Exception {
        Files.writeString(files.resolve("set.sql"), "\nSET threads = 4");
        Files.writeString(files.resolve("late.sql"), "SELECT nope FROM trades");

        List<MetricFailure> failures = MetricCheck.of(
                List.of(dataset("  - {name: a, sql: set.sql, tables: trades}\n"
                        + "  - {name: b, sql: late.sql, tables: trades}\n  - trades-bars\n  - quotes-spread\n")),
                directory);

        assertThat(failures).singleElement().asString().startsWith("metric a: set.sql:2: must be one SELECT");
    }
}
