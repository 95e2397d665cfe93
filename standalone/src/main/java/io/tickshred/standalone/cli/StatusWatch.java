package io.tickshred.standalone.cli;

import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.standalone.progress.RangeSummary;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Follows the days and ranges and shows each change, until it is interrupted. */
final class StatusWatch {
    private static final long DRAW_MILLIS = 500;
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration MEASURE = Duration.ofSeconds(1);
    private static final int SHOWN_RANGES = 3;

    private final Transport transport;
    private final String bootstrap;
    private final Optional<String> dataset;
    private final Optional<DateRange> dates;
    private final PrintStream out;
    private final Map<Day, DayProgress> days = new HashMap<>();
    private final Map<String, RangeStatus> ranges = new TreeMap<>();
    private volatile List<String> queues = List.of();
    private Instant measuredAt = Instant.EPOCH;

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
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        boolean table = json.isEmpty() && Screen.present();
        Thread looking = new Thread(this::look, "look-at-queues");
        looking.setDaemon(true);
        try (DayStatuses statuses = new DayStatuses();
                RangeStatuses rangeStatuses = new RangeStatuses();
                WatchScreen screen = new WatchScreen(out, Screen.columns(), Screen.rows());
                ProgressView lines = ProgressView.on(out, InstantSource.system())) {
            statuses.onChange(heard::add);
            rangeStatuses.onChange(range -> rangeStatuses.find(range).ifPresent(heard::add));
            statuses.follow(transport);
            rangeStatuses.follow(transport);
            // What the log holds of the past is not shown going by.
            if (!statuses.awaitCaughtUp(FleetStatuses.PATIENCE)
                    || !rangeStatuses.awaitCaughtUp(FleetStatuses.PATIENCE)) {
                throw FleetStatuses.unread(bootstrap, statuses.trouble());
            }
            heard.clear();
            Consumer<String> note = json.isEmpty() && !table ? lines::note : line -> {};
            rangeStatuses.all().forEach(status -> take(status, json, note));
            statuses.all().forEach(status -> take(status, json));
            if (table) {
                looking.start();
            }
            while (true) {
                Optional<Message> message = Optional.ofNullable(heard.poll(DRAW_MILLIS, TimeUnit.MILLISECONDS));
                for (; message.isPresent(); message = Optional.ofNullable(heard.poll())) {
                    if (message.get() instanceof DayStatus status) {
                        take(status, json);
                    } else if (message.get() instanceof RangeStatus status) {
                        take(status, json, note);
                    }
                }
                if (table) {
                    measure(screen);
                    screen.show(days.values(), above(), statuses.trouble(), Instant.now());
                } else if (json.isEmpty()) {
                    lines.show(days.values());
                }
            }
        } finally {
            looking.interrupt();
            looking.join(LOOK.toMillis());
        }
    }

    private void take(DayStatus status, Optional<Consumer<Object>> json) {
        if (wanted(status)) {
            json.ifPresent(printer -> printer.accept(status));
            days.computeIfAbsent(status.day(), day -> new DayProgress(day, startedAt(status)))
                    .observe(status, Instant.now());
        }
    }

    /** An aggregate of a range is told of by its range, whose own status is the same then. */
    private void take(RangeStatus status, Optional<Consumer<Object>> json, Consumer<String> note) {
        boolean wanted = !new FleetStatuses(List.of(), List.of(status))
                .of(dataset, dates)
                .ranges()
                .isEmpty();
        if (wanted && !status.equals(ranges.put(status.range().toString(), status))) {
            json.ifPresent(printer -> printer.accept(status));
            note.accept(RangeSummary.total(status));
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

    private List<String> above() {
        List<String> lines = new ArrayList<>(queues);
        ranges.values().stream()
                .filter(range -> !range.state().ended())
                .limit(SHOWN_RANGES)
                .map(RangeSummary::total)
                .forEach(lines::add);
        return lines;
    }

    private void measure(WatchScreen screen) throws InterruptedException {
        Instant now = Instant.now();
        if (!now.isBefore(measuredAt.plus(MEASURE))) {
            measuredAt = now;
            Screen.measure().ifPresent(screen::resize);
        }
    }

    /** Apart from the drawing, which goes on while Kafka is slow to answer or away. */
    private void look() {
        try {
            while (true) {
                try {
                    QueueState chunks = transport.queue(Topic.CHUNK_TASKS);
                    QueueState batches = transport.queue(Topic.BATCH_TASKS);
                    queues = List.of(LagCommand.line("chunks ", chunks), LagCommand.line("batches", batches));
                } catch (TransportException | RuntimeException e) {
                    queues = List.of("backlog unknown: " + e.getMessage());
                }
                Thread.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
