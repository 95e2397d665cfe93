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
    private final Optional<String> dataset;
    private final Optional<DateRange> dates;
    private final PrintStream out;
    private final Map<Day, DayProgress> days = new HashMap<>();
    private String queues = "";
    private Instant lookedAt = Instant.EPOCH;

    StatusWatch(Transport transport, Optional<String> dataset, Optional<DateRange> dates, PrintStream out) {
        this.transport = transport;
        this.dataset = dataset;
        this.dates = dates;
        this.out = out;
    }

    /**
     * Runs until interrupted.
     *
     * @param json takes each status instead of the table, where programs read it
     */
    void run(Optional<Consumer<Object>> json) throws InterruptedException {
        BlockingQueue<DayStatus> heard = new LinkedBlockingQueue<>();
        try (DayStatuses statuses = new DayStatuses();
                WatchScreen screen = new WatchScreen(out, Screen.columns(), Screen.rows());
                ProgressView lines = ProgressView.on(out, InstantSource.system())) {
            statuses.onChange(heard::add);
            statuses.follow(transport);
            while (true) {
                Optional<DayStatus> status = Optional.ofNullable(heard.poll(DRAW_MILLIS, TimeUnit.MILLISECONDS));
                for (; status.isPresent(); status = Optional.ofNullable(heard.poll())) {
                    DayStatus one = status.get();
                    if (wanted(one)) {
                        json.ifPresent(printer -> printer.accept(one));
                        days.computeIfAbsent(one.day(), day -> new DayProgress(day, startedAt(one)))
                                .observe(one, Instant.now());
                    }
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
            queues = LagCommand.line("chunks", chunks) + "; " + LagCommand.line("batches", batches);
        } catch (TransportException e) {
            queues = "backlog unknown: " + e.getMessage();
        }
    }
}
