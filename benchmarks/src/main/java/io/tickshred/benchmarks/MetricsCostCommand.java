package io.tickshred.benchmarks;

import io.tickshred.benchmarks.disk.Directories;
import io.tickshred.benchmarks.duckdb.ReferenceDay;
import io.tickshred.benchmarks.process.MeasuredProcess;
import io.tickshred.benchmarks.process.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What metrics cost: the reference day through {@code ./tickshred run} without any and with some, by turns. */
@Command(
        name = "./benchmarks/run.sh metrics",
        mixinStandardHelpOptions = true,
        description = "Measures a day without metrics and with those that ship, by turns, after a warm-up round.")
public final class MetricsCostCommand implements Callable<Integer> {
    private static final LocalDate DATE = LocalDate.of(2026, 1, 5);
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final double GB = 1e9;

    /** Dataset files by what the table calls them. */
    private static final Map<String, String> DATASETS = datasets();

    @Option(names = "--rows", defaultValue = "4000000", description = "Rows of the day (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Option(names = "--rounds", defaultValue = "3", description = "Counted rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--work", description = "Directory for the day, output and logs (default: .tickshred/benchmarks).")
    private Path work = Path.of(".tickshred", "benchmarks");

    @Option(names = "--repository", hidden = true, description = "Root of the work tree.")
    private Path repository = Path.of("");

    private static Map<String, String> datasets() {
        Map<String, String> datasets = new LinkedHashMap<>();
        datasets.put("no metrics", "benchmarks/reference-day.yaml");
        datasets.put("trades-bars, 1d", "benchmarks/reference-day-bars.yaml");
        datasets.put("trades-bars, 1d and 1m", "benchmarks/reference-day-minutes.yaml");
        return datasets;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MetricsCostCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path root = repository.toAbsolutePath().normalize();
        Path directory = root.resolve(work);
        Files.createDirectories(directory.resolve("logs"));
        Directories.requireFree(directory, 48 * rows, "the reference day");
        Path input = new ReferenceDay(rows, 1, DATE).ensure(directory.resolve("days"));
        Map<String, List<Measurement>> measurements = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, String> dataset : DATASETS.entrySet()) {
                Path output = directory.resolve("run/output");
                Directories.delete(directory.resolve("run"));
                Measurement measurement = new MeasuredProcess(
                                command(root, root.resolve(dataset.getValue()), input, output),
                                root,
                                directory.resolve("logs/metrics-" + round + ".log"))
                        .run(LIMIT);
                if (round > 0) {
                    measurements
                            .computeIfAbsent(dataset.getKey(), name -> new ArrayList<>())
                            .add(measurement);
                }
                System.out.printf(
                        "round %d  %-24s %6.1f s wall  %6.1f s CPU  %5.2f GB%n",
                        round,
                        dataset.getKey(),
                        measurement.wallSeconds(),
                        measurement.processorSeconds(),
                        measurement.largestBytes() / GB);
            }
        }
        Directories.delete(directory.resolve("run"));
        System.out.printf("%n| %,d rows, min / median / max of %d | Wall s | CPU s | Memory GB |%n", rows, rounds);
        System.out.println("| --- | --- | --- | --- |");
        measurements.forEach((name, all) -> System.out.printf(
                "| %s | %s | %s | %s |%n",
                name,
                spread(all, Measurement::wallSeconds, 1),
                spread(all, Measurement::processorSeconds, 1),
                spread(all, m -> m.largestBytes() / GB, 2)));
        return 0;
    }

    private static String spread(List<Measurement> all, ToDoubleFunction<Measurement> figure, int decimals) {
        return Spread.of(all.stream().map(figure::applyAsDouble).toList()).text(decimals);
    }

    private static List<String> command(Path root, Path dataset, Path input, Path output) {
        return List.of(
                root.resolve("tickshred").toString(),
                "run",
                "--dataset",
                dataset.toString(),
                "--input",
                input.toString(),
                "--dates",
                DATE.toString(),
                "--workers",
                "2",
                "--output",
                output.toString());
    }
}
