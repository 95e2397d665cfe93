package io.tickshred.benchmarks;

import io.tickshred.benchmarks.duckdb.DuckDbPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The candidates' command lines.
 *
 * @param repository root of the work tree, with {@code ./tickshred} and {@code benchmarks/}
 * @param workers Tickshred's workers and everyone's threads
 */
public record CandidateCommands(Path repository, LocalDate date, int workers) implements Candidate.Commands {
    /** Room for DuckDB's one shot, as the targets state it. Spark gets the same as its heap. */
    static final String ONE_SHOT_MEMORY = "4GB";

    static final String TWO_STEP_MEMORY = "2GB";

    @Override
    public List<String> command(Candidate candidate, Candidate.Job job) {
        return switch (candidate) {
            case TICKSHRED -> tickshred(job, "auto");
            case TICKSHRED_SHRED -> tickshred(job, "shred");
            case DUCKDB_ONE_SHOT -> duckDb(DuckDbPeer.Plan.ONE_SHOT, job, ONE_SHOT_MEMORY);
            case DUCKDB_TWO_STEP -> duckDb(DuckDbPeer.Plan.TWO_STEP, job, TWO_STEP_MEMORY);
            case SPARK -> spark(job);
            case FLOOR -> duckDb(DuckDbPeer.Plan.FLOOR, job, TWO_STEP_MEMORY);
        };
    }

    private List<String> tickshred(Candidate.Job job, String mode) {
        return List.of(
                repository.resolve("tickshred").toString(),
                "run",
                "--dataset",
                dataset().toString(),
                "--input",
                job.input().toString(),
                "--dates",
                date.toString(),
                "--workers",
                Integer.toString(workers),
                "--mode",
                mode,
                "--output",
                job.output().toString());
    }

    /** Dataset definition of the reference day. */
    public Path dataset() {
        return repository.resolve("benchmarks/reference-day.yaml");
    }

    /** File with the class path of the Spark peer, written by its build. */
    public Path sparkClassPath() {
        return repository.resolve("benchmarks/spark/target/classpath.txt");
    }

    /**
     * Finds out before the first run what would fail in the fourth.
     *
     * @throws IOException if a candidate's program is not there
     */
    public void requirePrograms(List<Candidate> candidates) throws IOException {
        Path tickshred = repository.resolve("tickshred");
        List<String> ours = candidates.stream()
                .filter(Candidate::isTickshred)
                .map(Candidate::id)
                .toList();
        if (!ours.isEmpty() && !Files.isExecutable(tickshred)) {
            throw new IOException(tickshred + " is not there or not executable: run from a whole work tree, or leave "
                    + String.join(" and ", ours) + " out of --candidates");
        }
        if (candidates.contains(Candidate.SPARK) && !Files.isReadable(sparkClassPath())) {
            throw new IOException(
                    sparkClassPath() + " is not there: start benchmarks/run.sh, which builds the peer, or leave "
                            + Candidate.SPARK.id() + " out of --candidates");
        }
    }

    private List<String> duckDb(DuckDbPeer.Plan plan, Candidate.Job job, String memory) {
        return List.of(
                java(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                DuckDbPeer.class.getName(),
                plan.name(),
                job.input().toString(),
                job.map().toString(),
                job.output().toString(),
                memory,
                Integer.toString(workers));
    }

    private List<String> spark(Candidate.Job job) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("-Xmx4g");
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        for (String opened : SPARK_OPENS) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        // Spark's class path is long: the JVM reads it from an argument file that the build writes.
        command.add("@" + sparkClassPath());
        command.addAll(List.of(
                "io.tickshred.benchmarks.spark.SparkPeer",
                job.input().toString(),
                job.map().toString(),
                job.output().toString(),
                Long.toString(job.batches()),
                Integer.toString(workers)));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What Spark opens for itself when it is started by its own scripts (its JavaModuleOptions). */
    private static final List<String> SPARK_OPENS = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");
}
