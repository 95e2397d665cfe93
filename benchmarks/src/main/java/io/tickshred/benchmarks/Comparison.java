package io.tickshred.benchmarks;

import io.tickshred.benchmarks.Candidate.Job;
import io.tickshred.benchmarks.day.BatchAssignment;
import io.tickshred.benchmarks.disk.Directories;
import io.tickshred.benchmarks.duckdb.OutputCheck;
import io.tickshred.benchmarks.duckdb.OutputCheck.Content;
import io.tickshred.benchmarks.duckdb.PeerDatabase;
import io.tickshred.benchmarks.process.MeasuredProcess;
import io.tickshred.benchmarks.process.Measurement;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the candidates in turn, A B C A B C, so that a machine that grows slower or faster does so for all. The first
 * round is not counted: it warms the page cache, and its outputs are checked row by row. Later outputs are counted.
 * Every output is deleted before the next candidate starts.
 */
public final class Comparison {
    /** Free space that a candidate must find, in sizes of the input: staged and final files, and a sort's spill. */
    private static final long INPUT_SIZES_NEEDED = 12;

    private final List<Candidate> candidates;
    private final Candidate.Commands commands;
    private final Path repository;
    private final Path work;
    private final Duration limit;
    private final PrintStream out;

    /**
     * A comparison.
     *
     * @param repository the candidates' working directory
     * @param work directory for outputs and logs, on the disk that is to be measured
     * @param limit the longest that one run may take
     */
    public Comparison(
            List<Candidate> candidates,
            Candidate.Commands commands,
            Path repository,
            Path work,
            Duration limit,
            PrintStream out) {
        this.candidates = candidates.stream().distinct().sorted().toList();
        this.commands = commands;
        this.repository = repository;
        this.work = work;
        this.limit = limit;
        this.out = out;
    }

    /**
     * What came out.
     *
     * @param batches batches in the map that all candidates share
     */
    public record Rounds(long batches, Map<Candidate, List<Measurement>> measurements) {}

    /**
     * Runs all rounds.
     *
     * @param assignment the batch map, unless Tickshred is a candidate: then its own
     * @throws IOException if a candidate fails, or its output is not what it should be
     */
    public Rounds run(Path input, BatchAssignment assignment, int rounds) throws IOException, InterruptedException {
        Files.createDirectories(work.resolve("logs"));
        Path map = work.resolve("map.parquet");
        long batches;
        try (PeerDatabase database = database()) {
            batches = new OutputCheck(database).writeMap(assignment, map);
        }
        Content expected = read(input);
        boolean own = false;
        for (Candidate candidate : candidates) {
            Job job = job(input, map, batches);
            measure(candidate, job, 0);
            if (candidate.isTickshred() && !own) {
                own = true;
                try (PeerDatabase database = database()) {
                    batches = new OutputCheck(database).writePublishedMap(job.output(), map);
                }
            }
            check(candidate, read(job.output()), expected, batches);
            clear();
        }
        Map<Candidate, List<Measurement>> measurements = new EnumMap<>(Candidate.class);
        for (int round = 1; round <= rounds; round++) {
            for (Candidate candidate : candidates) {
                Job job = job(input, map, batches);
                measurements.computeIfAbsent(candidate, c -> new ArrayList<>()).add(measure(candidate, job, round));
                try (PeerDatabase database = database()) {
                    long rows = database.footerRows(job.output());
                    if (rows != expected.rows()) {
                        throw new IOException(candidate.id() + " wrote " + rows + " rows in round " + round
                                + ", expected " + expected.rows() + "; its output is in " + job.output());
                    }
                }
                clear();
            }
        }
        return new Rounds(batches, measurements);
    }

    private Job job(Path input, Path map, long batches) throws IOException {
        clear();
        Files.createDirectories(work.resolve("run"));
        Directories.requireFree(
                work, Math.max(1_000_000_000, INPUT_SIZES_NEEDED * Directories.sizeBytes(input)), "a benchmark run");
        return new Job(input, map, batches, work.resolve("run/output"));
    }

    private Measurement measure(Candidate candidate, Job job, int round) throws IOException, InterruptedException {
        Path log = work.resolve("logs/" + candidate.id() + "-" + round + ".log");
        Measurement measurement = new MeasuredProcess(commands.command(candidate, job), repository, log).run(limit);
        out.printf(
                "%-9s %-16s %7.1f s wall %7.1f s CPU %6.2f GB largest process %6.2f GB all%n",
                round == 0 ? "warm-up" : "round " + round,
                candidate.id(),
                measurement.wallSeconds(),
                measurement.processorSeconds(),
                measurement.largestBytes() / 1e9,
                measurement.sumBytes() / 1e9);
        return measurement;
    }

    private void check(Candidate candidate, Content found, Content expected, long batches) throws IOException {
        List<String> faults =
                candidate.makesBatches() ? found.faultsAgainst(expected, batches) : found.rowFaultsAgainst(expected);
        if (!faults.isEmpty()) {
            throw new IOException(candidate.id() + " did not do the job: " + String.join("; ", faults)
                    + "; its output is in " + work.resolve("run/output"));
        }
    }

    private Content read(Path directory) throws IOException {
        try (PeerDatabase database = database()) {
            return new OutputCheck(database).read(directory);
        }
    }

    private PeerDatabase database() throws IOException {
        return PeerDatabase.open(work.resolve("check"), "2GB", 2);
    }

    private void clear() throws IOException {
        Directories.delete(work.resolve("run"));
    }
}
