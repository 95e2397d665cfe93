package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import io.tickshred.planner.tasks.TaskBoards;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.standalone.progress.DayText;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code day}: one day in detail, from its status and the logs of results. */
@Command(
        name = "day",
        description = "Shows one day in detail: its timeline, the slowest chunks, the largest batches, who did what.",
        footer = {
            "",
            "Times are those of the log, in UTC. Exit code 1 if the day has failed.",
            "",
            "Examples:",
            "  ./tickshred day 2024-01-02",
            "  ./tickshred day us-equity/2024-01-02 --top 20",
            "  ./tickshred day 2024-01-02 --json | jq .tasks.slowestChunks"
        })
final class DayCommand extends FleetCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Parameters(
            paramLabel = "[DATASET/]DATE",
            converter = NamedDay.Converter.class,
            description = "The day: 2024-01-02, or trades/2024-01-02 where several datasets have it.")
    private @Nullable NamedDay day;

    @Option(names = "--dataset", paramLabel = "NAME", description = "The day of this dataset.")
    private @Nullable String dataset;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Chunks, batches and workers to list, at most 20 (default: ${DEFAULT-VALUE}).")
    private int top = 5;

    @Override
    void check() {
        if (top < 1 || top > 20) {
            throw wrong("--top must lie between 1 and 20: " + top);
        }
        NamedDay named = java.util.Objects.requireNonNull(day);
        if (dataset != null && named.dataset().filter(of -> !of.equals(dataset)).isPresent()) {
            throw wrong("the day " + named.dataset().get() + "/" + named.date()
                    + " is of another dataset than --dataset " + dataset + ": leave out one of the two");
        }
    }

    @Override
    int ask(Transport transport) throws Exception {
        DayStatus status = find(statuses(transport).days());
        Optional<TaskReport> tasks = Optional.empty();
        Optional<PlanId> plan = status.plan().filter(p -> status.hasTasks());
        if (plan.isPresent()) {
            try (Console.Busy busy = console().busy("reading what became of its tasks …");
                    TaskBoards boards = TaskBoards.of(transport, plan.get())) {
                if (!boards.await(plan.get(), PATIENCE)) {
                    throw new CommandException("the logs of results could not be read from Kafka at "
                            + kafka().bootstrap() + " within " + PATIENCE.toSeconds() + " s"
                            + boards.trouble().map(why -> " (" + why + ")").orElse(""));
                }
                tasks = boards.report(plan.get());
            }
        }
        if (json()) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("status", status);
            body.put("tasks", tasks);
            printJson(body);
        } else {
            DayText.lines(status, tasks, top, Screen.columns())
                    .forEach(console().out()::println);
            if (!status.state().ended()) {
                console().out().println();
                console().out().println("still running: '" + command("status --watch") + "' follows it");
            }
        }
        return status.state() == DayState.FAILED || status.failedMetrics().isPresent() ? Tickshred.FAILED : 0;
    }

    private DayStatus find(List<DayStatus> days) throws CommandException {
        NamedDay wanted = java.util.Objects.requireNonNull(day);
        Optional<String> of = wanted.dataset().or(() -> Optional.ofNullable(dataset));
        List<DayStatus> found = days.stream()
                .filter(status -> status.day().date().equals(wanted.date()))
                .filter(status ->
                        of.filter(name -> !name.equals(status.day().dataset())).isEmpty())
                .toList();
        if (found.isEmpty()) {
            throw new CommandException("no day " + of.map(name -> name + "/").orElse("") + wanted.date()
                    + " is known to the fleet; '" + command("days") + "' lists those that are");
        }
        if (found.size() > 1) {
            throw new CommandException("several datasets have a day " + wanted.date() + ": name one of "
                    + found.stream().map(status -> status.day().toString()).collect(Collectors.joining(", ")));
        }
        return found.get(0);
    }
}
