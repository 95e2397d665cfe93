package io.tickshred.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeState;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code status}: where days and ranges stand, from the log or from a planner. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows where days stand, and why one failed.",
        footer = {"", "Exit code 1 if one of the days shown has failed."})
final class StatusCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParentCommand
    private @Nullable Tickshred root;

    @Parameters(
            arity = "0..1",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to show (default: all that the fleet knows).")
    private @Nullable DateRange dates;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only days of this dataset.")
    private @Nullable String dataset;

    @Option(
            names = "--planner",
            paramLabel = "URL",
            description = "Ask this planner over HTTP instead of reading Kafka, such as http://127.0.0.1:8080.")
    private @Nullable URI planner;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Directory for the log (default: ${DEFAULT-VALUE}).")
    private Path workDirectory = Path.of(".tickshred");

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Override
    public Integer call() throws Exception {
        Console console = Objects.requireNonNull(root).console();
        List<DayStatus> days;
        List<RangeStatus> ranges;
        try (WorkDirectory work = WorkDirectory.open(workDirectory, "status", WorkDirectory.LOG_ONLY)) {
            Found found = planner == null ? fromLog() : fromPlanner(planner);
            days = found.days().stream().filter(this::wanted).toList();
            ranges = found.ranges().stream().filter(this::wanted).toList();
        }
        PrintStream out = console.out();
        ranges.forEach(range -> out.println(RangeSummary.total(range)));
        if (days.isEmpty()) {
            out.println("no such day is known to the fleet; './tickshred plan DATE' asks for one");
        } else {
            print(out, days);
        }
        return days.stream()
                                .anyMatch(day -> day.state() == DayState.FAILED
                                        || failedMetrics(day).isPresent())
                        || ranges.stream().anyMatch(range -> range.state() == RangeState.FAILED)
                ? Tickshred.FAILED
                : 0;
    }

    private static Optional<String> failedMetrics(DayStatus day) {
        return day.failedMetrics()
                .map(failed -> failed.stream().map(MetricFailure::toString).collect(Collectors.joining("; ")));
    }

    /** What the fleet told. */
    private record Found(List<DayStatus> days, List<RangeStatus> ranges) {}

    /** Those that have one of the days. */
    private boolean wanted(RangeStatus status) {
        DateRange range = dates;
        return (dataset == null || status.range().dataset().equals(dataset))
                && (range == null
                        || !status.range().to().isBefore(range.first())
                                && !status.range().from().isAfter(range.last()));
    }

    private boolean wanted(DayStatus status) {
        DateRange range = dates;
        return (dataset == null || status.day().dataset().equals(dataset))
                && (range == null
                        || !status.day().date().isBefore(range.first())
                                && !status.day().date().isAfter(range.last()));
    }

    private Found fromLog() throws Exception {
        try (Transport transport = kafka.open();
                DayStatuses statuses = new DayStatuses();
                RangeStatuses ranges = new RangeStatuses()) {
            statuses.follow(transport);
            ranges.follow(transport);
            if (!statuses.awaitCaughtUp(PATIENCE) || !ranges.awaitCaughtUp(PATIENCE)) {
                throw new CommandException("day-status could not be read from " + kafka.bootstrap() + " within "
                        + PATIENCE.toSeconds() + " s; check --bootstrap, and that the fleet is up");
            }
            return new Found(statuses.all(), ranges.all());
        }
    }

    private static Found fromPlanner(URI planner) throws CommandException, InterruptedException {
        return new Found(
                ask(planner, "/days", new TypeReference<List<DayStatus>>() {}),
                ask(planner, "/ranges", new TypeReference<List<RangeStatus>>() {}));
    }

    private static <T> List<T> ask(URI planner, String path, TypeReference<List<T>> type)
            throws CommandException, InterruptedException {
        URI days = URI.create(planner.toString().replaceAll("/+$", "") + path);
        try {
            HttpRequest request = HttpRequest.newBuilder(days).timeout(PATIENCE).build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new CommandException(days + " answered " + answer.statusCode() + "; check --planner");
            }
            return MessageCodec.newMapper().readValue(answer.body(), type);
        } catch (JsonProcessingException e) {
            throw new CommandException(days + " did not answer as a planner does: " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(
                    "no answer from " + days + " ("
                            + Optional.ofNullable(e.getMessage())
                                    .orElse(e.getClass().getSimpleName())
                            + "); check --planner, and that the planner is up",
                    e);
        }
    }

    static void print(PrintStream out, List<DayStatus> days) {
        TextTable table =
                TextTable.of("dataset", "date", "state", ">chunks", ">batches", ">rows", "plan", "manifest or reason");
        for (DayStatus day : days) {
            table.row(
                    day.day().dataset(),
                    day.day().date(),
                    day.state().name().toLowerCase(Locale.ROOT),
                    day.chunksDone() + "/" + day.chunks(),
                    day.batchesDone() + "/" + day.batches(),
                    day.rows(),
                    day.plan().map(PlanId::value).orElse("-"),
                    day.failure()
                            .map(Failure::toString)
                            .or(() -> failedMetrics(day))
                            .or(day::manifest)
                            .or(day::note)
                            .orElse(""));
        }
        table.lines().forEach(out::println);
        for (DayStatus day : days) {
            day.mode()
                    .filter(mode -> mode.reads().isPresent())
                    .ifPresent(mode -> out.println(day.day() + " ran " + mode));
        }
    }
}
