package io.tickshred.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.RangeState;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.StatusTable;
import io.tickshred.transport.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: where days and ranges stand, from the log or from a planner. */
@Command(
        name = "status",
        description = "Shows where days and ranges stand, and why one failed.",
        footer = {
            "",
            "Exit code 1 if one of the days shown has failed.",
            "",
            "Examples:",
            "  ./tickshred status",
            "  ./tickshred status 2024-01-02..2024-01-31 --dataset trades",
            "  ./tickshred status --watch",
            "  ./tickshred status --watch --json     # a line a change, with .day or .range",
            "  ./tickshred status --json | jq '.days[] | select(.state == \"FAILED\")'"
        })
final class StatusCommand extends FleetCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    @Parameters(
            arity = "0..1",
            paramLabel = "D[..D]",
            converter = DateRange.Converter.class,
            description = "Days to show (default: all that the fleet knows).")
    private @Nullable DateRange dates;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only days of this dataset.")
    private @Nullable String dataset;

    @Option(
            names = "--watch",
            description = "Stay and show every change until stopped with Ctrl-C: a live table on a terminal, a line for"
                    + " each change elsewhere.")
    private boolean watch;

    @Option(
            names = "--planner",
            paramLabel = "URL",
            description = "Ask this planner over HTTP instead of reading Kafka, such as http://127.0.0.1:8080.")
    private @Nullable URI planner;

    @Override
    void check() {
        if (watch && planner != null) {
            throw wrong("--watch reads Kafka: leave out --planner, or open " + planner + " in a browser");
        }
    }

    @Override
    int inWorkDirectory() throws Exception {
        if (planner == null) {
            return super.inWorkDirectory();
        }
        return show(new FleetStatuses(
                ask(planner, "/days", new TypeReference<List<DayStatus>>() {}),
                ask(planner, "/ranges", new TypeReference<List<RangeStatus>>() {})));
    }

    /** Only the table shows their backlog. */
    @Override
    boolean asksForQueues() {
        return watch && !json() && Screen.present();
    }

    @Override
    int ask(Transport transport) throws Exception {
        if (!watch) {
            return show(statuses(transport));
        }
        StatusWatch live = new StatusWatch(
                transport,
                kafka().bootstrap(),
                Optional.ofNullable(dataset),
                Optional.ofNullable(dates),
                console().out());
        try {
            live.run(json() ? Optional.of(this::printJson) : Optional.empty());
        } catch (InterruptedException e) {
            // Ctrl-C is how it is meant to end.
            return 0;
        }
        return 0;
    }

    private int show(FleetStatuses all) {
        FleetStatuses wanted = all.of(Optional.ofNullable(dataset), Optional.ofNullable(dates));
        PrintStream out = console().out();
        if (json()) {
            printJson(wanted);
        } else {
            wanted.ranges().stream()
                    .flatMap(range -> RangeSummary.total(range, Screen.columns()).stream())
                    .forEach(out::println);
            if (wanted.days().isEmpty()) {
                out.println(noSuchDay());
            } else {
                StatusTable.now(wanted.days(), Screen.columns()).forEach(out::println);
            }
        }
        return failed(wanted) ? Tickshred.FAILED : 0;
    }

    private static boolean failed(FleetStatuses shown) {
        return shown.days().stream()
                        .anyMatch(day -> day.state() == DayState.FAILED
                                || day.failedMetrics().isPresent())
                || shown.ranges().stream().anyMatch(range -> range.state() == RangeState.FAILED);
    }

    private static <T> List<T> ask(URI planner, String path, TypeReference<List<T>> type)
            throws CommandException, InterruptedException {
        URI days = URI.create(planner.toString().replaceAll("/+$", "") + path);
        try {
            HttpRequest request = HttpRequest.newBuilder(days).timeout(PATIENCE).build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
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
}
