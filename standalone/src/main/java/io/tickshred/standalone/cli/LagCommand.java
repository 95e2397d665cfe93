package io.tickshred.standalone.cli;

import io.tickshred.planner.backlog.Coordinator;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.TextTable;
import io.tickshred.transport.Pending;
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
                        + " works on it; and how far the coordinators, ledgers among them, are behind the log.",
        footer = {
            "",
            "In flight is the smaller of backlog and slots, because Kafka does not tell which tasks are held: a slot",
            "holds a task whenever there is one.",
            "",
            "Examples:",
            "  ./tickshred lag",
            "  ./tickshred lag --json | jq '.queues[] | {queue, waiting, oldestSeconds}'"
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

    /** A coordinator as a program reads it. */
    private record Behind(
            String coordinator, String topic, long records, Optional<Instant> oldestAt, Optional<Long> oldestSeconds) {}

    private record Lags(List<Lag> queues, List<Behind> coordinators) {}

    @Override
    boolean asksForQueues() {
        return true;
    }

    @Override
    int ask(Transport transport) throws Exception {
        List<Lag> queues = new ArrayList<>();
        List<Behind> coordinators = new ArrayList<>();
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
            for (Coordinator coordinator : Coordinator.values()) {
                Pending pending = coordinator.pending(transport);
                coordinators.add(new Behind(
                        coordinator.text(),
                        coordinator.topic().baseName(),
                        pending.records(),
                        pending.oldest(),
                        pending.oldest().map(at -> age(at, now).toSeconds())));
            }
        }
        if (json()) {
            printJson(new Lags(queues, coordinators));
        } else {
            print(queues);
            console().out().println();
            printCoordinators(coordinators);
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
                    oldest(lag.oldestSeconds()),
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

    private void printCoordinators(List<Behind> coordinators) {
        TextTable table = TextTable.of("coordinator", "reads", ">behind", ">oldest");
        for (Behind behind : coordinators) {
            table.row(behind.coordinator(), behind.topic(), behind.records(), oldest(behind.oldestSeconds()));
        }
        table.lines(Screen.columns()).forEach(console().out()::println);
    }

    private static String oldest(Optional<Long> seconds) {
        return seconds.map(s -> Figures.time(Duration.ofSeconds(s))).orElse("-");
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
