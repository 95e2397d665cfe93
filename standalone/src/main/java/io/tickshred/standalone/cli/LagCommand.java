package io.tickshred.standalone.cli;

import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code lag}: what waits in the work queues, and who works on it. */
@Command(
        name = "lag",
        description =
                "Shows the backlog of each work queue: tasks waiting and in flight, how old the oldest is, and who"
                        + " works on it.",
        footer = {
            "",
            "In flight is what the connected slots can hold: a slot holds a task whenever there is one.",
            "",
            "Examples:",
            "  ./tickshred lag",
            "  ./tickshred lag --json | jq '.[] | {queue, waiting, oldestSeconds}'"
        })
final class LagCommand extends FleetCommand {
    /** A queue as a program reads it. */
    private record Lag(
            String queue,
            long backlog,
            long waiting,
            long inFlight,
            Optional<Instant> oldestAt,
            Optional<Long> oldestSeconds,
            int slots,
            List<QueueState.Worker> workers) {}

    @Override
    int ask(Transport transport) throws Exception {
        List<Lag> queues = new ArrayList<>();
        try (Console.Busy busy = console().busy("asking for the queues …")) {
            Instant now = Instant.now();
            for (Topic queue : Stream.of(Topic.values())
                    .filter(topic -> topic.kind() == Topic.Kind.WORK_QUEUE)
                    .toList()) {
                QueueState state = transport.queue(queue);
                queues.add(new Lag(
                        queue.baseName(),
                        state.backlog(),
                        state.waiting(),
                        state.inFlight(),
                        state.oldestAt(),
                        state.oldestAt().map(at -> age(at, now).toSeconds()),
                        state.slots(),
                        state.workers()));
            }
        }
        if (json()) {
            printJson(queues);
        } else {
            print(queues);
        }
        return 0;
    }

    private void print(List<Lag> queues) {
        TextTable table = TextTable.of("queue", ">waiting", ">in flight", ">oldest", ">slots", "workers");
        for (Lag lag : queues) {
            table.row(
                    lag.queue(),
                    lag.waiting(),
                    lag.inFlight(),
                    lag.oldestSeconds()
                            .map(s -> Figures.time(Duration.ofSeconds(s)))
                            .orElse("-"),
                    lag.slots(),
                    lag.workers().stream()
                            .map(worker -> worker.name() + (worker.slots() == 1 ? "" : " ×" + worker.slots()))
                            .collect(Collectors.joining(", ")));
            if (lag.slots() == 0 && lag.backlog() > 0) {
                table.below("nobody works on it: start "
                        + (lag.queue().equals(Topic.CHUNK_TASKS.baseName()) ? "shred workers" : "finalizers"));
            }
        }
        table.lines(Screen.columns()).forEach(console().out()::println);
    }

    /** A queue in a few words. */
    static String line(String what, QueueState state) {
        return what + "  " + Figures.grouped(state.waiting()) + " waiting, " + Figures.grouped(state.inFlight())
                + " in flight"
                + state.oldestAt()
                        .map(at -> ", oldest " + Figures.time(age(at, Instant.now())))
                        .orElse("")
                + ", " + Figures.count(state.slots(), "slot", "slots");
    }

    /** Clocks differ: nothing is younger than now. */
    private static Duration age(Instant at, Instant now) {
        return at.isBefore(now) ? Duration.between(at, now) : Duration.ZERO;
    }
}
