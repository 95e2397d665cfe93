package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.standalone.progress.Screen;
import io.tickshred.standalone.progress.WatchScreen;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Follows the days and shows each change, until it is interrupted. */
final class StatusWatch {
    private static final long DRAW_MILLIS = 500;
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Transport transport;
    private final String bootstrap;
    private final Optional<String> dataset;
    private final Optional<DateRange> dates;
    private final PrintStream out;
    private final Map<Day, DayProgress> days = new HashMap<>();
    private List<String> queues = List.of();
    private Instant lookedAt = Instant.EPOCH;

    StatusWatch(
            Transport transport,
            String bootstrap,
            Optional<String> dataset,
            Optional<DateRange> dates,
            PrintStream out) {
        this.transport = transport;
        this.bootstrap = bootstrap;
        this.dataset = dataset;
        this.dates = dates;
        this.out = out;
    }

    /**
     * Runs until interrupted.
     *
     * @param json takes each status instead of the table, where programs read it
     */
    void run(Optional<Consumer<Object>> json) throws CommandException, InterruptedException {
        BlockingQueue<DayStatus> heard = new LinkedBlockingQueue<>();
        try (DayStatuses statuses = new DayStatuses();
                WatchScreen screen = new WatchScreen(out, Screen.columns(), Screen.rows());
                ProgressView lines = ProgressView.on(out, InstantSource.system())) {
            statuses.onChange(heard::add);
            statuses.follow(transport);
            // What the log holds of the past is not shown going by.
            if (!statuses.awaitCaughtUp(FleetStatuses.PATIENCE)) {
                throw FleetStatuses.unread(bootstrap, statuses.trouble());
            }
            heard.clear();
            statuses.all().forEach(status -> take(status, json));
            while (true) {
                Optional<DayStatus> status = Optional.ofNullable(heard.poll(DRAW_MILLIS, TimeUnit.MILLISECONDS));
                for (; status.isPresent(); status = Optional.ofNullable(heard.poll())) {
                    take(status.get(), json);
                }
                if (json.isEmpty() && Screen.present()) {
                    look();
                    screen.show(days.values(), queues, statuses.trouble(), Instant.now());
                } else if (json.isEmpty()) {
                    lines.show(days.values());
                }
            }
        }
    }

    private void take(DayStatus status, Optional<Consumer<Object>> json) {
        if (wanted(status)) {
            json.ifPresent(printer -> printer.accept(status));
            days.computeIfAbsent(status.day(), day -> new DayProgress(day, startedAt(status)))
                    .observe(status, Instant.now());
        }
    }

    private static Instant startedAt(DayStatus status) {
        return status.plan().map(plan -> plan.createdAt()).orElse(status.at());
    }

    private boolean wanted(DayStatus status) {
        return dataset.filter(d -> !d.equals(status.day().dataset())).isEmpty()
                && dates.filter(range -> status.day().date().isBefore(range.first())
                                || status.day().date().isAfter(range.last()))
                        .isEmpty();
    }

    private void look() throws InterruptedException {
        Instant now = Instant.now();
        if (now.isBefore(lookedAt.plus(LOOK))) {
            return;
        }
        lookedAt = now;
        try {
            QueueState chunks = transport.queue(Topic.CHUNK_TASKS);
            QueueState batches = transport.queue(Topic.BATCH_TASKS);
            queues = List.of(LagCommand.line("chunks ", chunks), LagCommand.line("batches", batches));
        } catch (TransportException e) {
            queues = List.of("backlog unknown: " + e.getMessage());
        }
    }
}
