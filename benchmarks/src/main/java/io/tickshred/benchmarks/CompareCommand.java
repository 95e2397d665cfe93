package io.tickshred.benchmarks;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tickshred.benchmarks.day.BatchAssignment;
import io.tickshred.benchmarks.day.ReferenceUniverse;
import io.tickshred.benchmarks.disk.Directories;
import io.tickshred.benchmarks.duckdb.PeerDatabase;
import io.tickshred.benchmarks.duckdb.ReferenceDay;
import io.tickshred.message.MessageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmarks/run.sh}: makes the reference day, compares the candidates on it, reports. */
@Command(
        name = "benchmarks/run.sh",
        sortOptions = false,
        description =
                "Measures Tickshred and its peers on the reference day, in alternating rounds of whole processes.")
public final class CompareCommand implements Callable<Integer> {
    @Option(names = "--rows", defaultValue = "20000000", description = "Trades of the day (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Option(names = "--seed", defaultValue = "42", description = "Seed of the day (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--date", defaultValue = "2026-01-05", description = "Its date (default: ${DEFAULT-VALUE}).")
    private LocalDate date = LocalDate.EPOCH;

    @Option(names = "--rounds", defaultValue = "5", description = "Counted rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--candidates",
            split = ",",
            defaultValue = "tickshred,tickshred-shred,duckdb-one-shot,duckdb-two-step,spark,floor",
            description = "What to compare (default: ${DEFAULT-VALUE}).")
    private List<String> candidates = List.of();

    @Option(
            names = "--workers",
            defaultValue = "2",
            description = "Tickshred's workers, the others' threads (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--max-rows",
            defaultValue = "2000000",
            description = "Rows of a batch, where Tickshred is no candidate; with it, reference-day.yaml says"
                    + " (default: ${DEFAULT-VALUE}).")
    private long maxRows;

    @Option(names = "--work", description = "Directory for the day, outputs and logs (default: .tickshred/benchmarks).")
    private Path work = Path.of(".tickshred", "benchmarks");

    @Option(
            names = "--limit-minutes",
            defaultValue = "20",
            description = "The longest that one run may take (default: ${DEFAULT-VALUE}).")
    private int limitMinutes;

    @Option(names = "--json", description = "File for all figures (default: results.json in the work directory).")
    private Path json = Path.of("");

    @Option(names = "--write-docs", description = "Put the results into docs/benchmarks.md.")
    private boolean writeDocs;

    @Option(names = "--generate-only", description = "Make the day, print its directory, measure nothing.")
    private boolean generateOnly;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // Read by picocli alone.
    private boolean help;

    @Option(names = "--repository", hidden = true, description = "Root of the work tree.")
    private Path repository = Path.of("");

    @Spec
    private CommandSpec specification = CommandSpec.create();

    private final List<String> arguments;

    CompareCommand(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new CompareCommand(Arrays.asList(arguments)));
        commandLine.setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println(e.getMessage());
            return 1;
        });
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireAtLeastOne("--rows", rows);
        requireAtLeastOne("--rounds", rounds);
        requireAtLeastOne("--workers", workers);
        requireAtLeastOne("--max-rows", maxRows);
        requireAtLeastOne("--limit-minutes", limitMinutes);
        List<Candidate> chosen = chosen();
        Path root = repository.toAbsolutePath().normalize();
        Path directory = root.resolve(work);
        Files.createDirectories(directory);
        Instant startedAt = Instant.now();

        // 24 bytes a row as Parquet, as much again for what the generator spills.
        Directories.requireFree(directory, 48 * rows, "the reference day");
        Path input = new ReferenceDay(rows, seed, date).ensure(directory.resolve("days"));
        System.out.printf("reference day: %s, %,d bytes%n", input, Directories.sizeBytes(input));
        if (generateOnly) {
            return 0;
        }
        CandidateCommands commands = new CandidateCommands(root, date, workers);
        commands.requirePrograms(chosen);
        Comparison comparison =
                new Comparison(chosen, commands, root, directory, Duration.ofMinutes(limitMinutes), System.out);
        BatchAssignment assignment = BatchAssignment.firstFit(ReferenceUniverse.of(rows), maxRows);
        Comparison.Rounds done = comparison.run(input, assignment, rounds);

        Machine machine;
        try (PeerDatabase database = PeerDatabase.open(directory.resolve("check"), "1GB", 1)) {
            machine = Machine.read(root, database);
        }
        ComparisonResult result = new ComparisonResult(
                startedAt,
                command(),
                machine,
                rows,
                Directories.sizeBytes(input),
                done.batches(),
                workers,
                done.measurements());
        report(result, directory, root);
        return 0;
    }

    private void requireAtLeastOne(String option, long value) {
        if (value < 1) {
            throw usage(option + " must be at least 1: " + value);
        }
    }

    private List<Candidate> chosen() {
        try {
            return candidates.stream().map(Candidate::parse).toList();
        } catch (IllegalArgumentException e) {
            throw usage("--candidates: " + e.getMessage());
        }
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(specification.commandLine(), message);
    }

    private void report(ComparisonResult result, Path directory, Path root) throws IOException {
        Path file = json.toString().isEmpty() ? directory.resolve("results.json") : root.resolve(json);
        ObjectWriter writer = MessageCodec.newMapper().writer().with(SerializationFeature.INDENT_OUTPUT);
        writer.writeValue(file.toFile(), result);
        MarkdownReport report = new MarkdownReport(result);
        System.out.println();
        System.out.print(report.text());
        System.out.println();
        System.out.println("all figures: " + file);
        if (writeDocs) {
            report.writeInto(root.resolve("docs/benchmarks.md"));
        }
    }

    /** As it was typed: without what run.sh adds. */
    private String command() {
        int hidden = arguments.indexOf("--repository");
        List<String> typed = hidden < 0 ? arguments : arguments.subList(hidden + 2, arguments.size());
        return ("./benchmarks/run.sh " + String.join(" ", typed)).trim();
    }
}
