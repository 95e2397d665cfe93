package io.tickshred.planner.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tickshred.config.Datasets;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.RangeId;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.backlog.Coordinator;
import io.tickshred.planner.range.RangeStatuses;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every open page what changed: {@code fleet}, {@code days} and {@code ranges} once at the start, {@code day} and
 * {@code range} with each new status, {@code tasks} of each running day that went on every second, and every two
 * seconds {@code queues} and {@code ledgers}, which also keeps the connection open and finds those that are gone.
 * Nothing is asked of the broker while nobody looks. Nobody who tells waits for a page. Thread-safe.
 */
public final class WatchFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchFeed.class);
    private static final long BEAT_SECONDS = 2;
    private static final long TASKS_SECONDS = 1;

    private final Transport transport;
    private final Datasets datasets;
    private final DayStatuses days;
    private final RangeStatuses ranges;
    private final TaskFeed tasks;
    private final JsonMapper mapper = MessageCodec.newMapper();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "watch-feed");
        thread.setDaemon(true);
        return thread;
    });
    /** A thread for each page that is being told something, and for each that takes nothing until it is given up. */
    private final ExecutorService senders = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "watch-sender");
        thread.setDaemon(true);
        return thread;
    });

    private final Fault backlogFault = new Fault("Backlog not told");
    private final Fault tasksFault = new Fault("Tasks not told");

    public WatchFeed(Transport transport, Datasets datasets, DayStatuses days, RangeStatuses ranges) {
        this.transport = transport;
        this.datasets = datasets;
        this.days = days;
        this.ranges = ranges;
        this.tasks = new TaskFeed(transport, days, InstantSource.system());
    }

    /** Begins to tell of changes. */
    public void start() {
        days.onChange(this::changed);
        ranges.onChange(this::changed);
        beat.scheduleWithFixedDelay(this::beat, 0, BEAT_SECONDS, TimeUnit.SECONDS);
        beat.scheduleWithFixedDelay(this::tellTasks, TASKS_SECONDS, TASKS_SECONDS, TimeUnit.SECONDS);
    }

    /** Adds a page; it hears of the present first, then of each change. */
    void watch(Sse sse, SseEventSink sink) {
        Watcher watcher = new Watcher(sse, sink, senders);
        // Whoever tells of a change meanwhile waits: it may be told twice, but neither not at all nor before the past.
        synchronized (watcher) {
            watchers.add(watcher);
            watcher.tellPresent("fleet", json(fleet()));
            watcher.tellPresent("days", json(days.all()));
            watcher.tellPresent(
                    "ranges", json(ranges.all().stream().map(this::view).toList()));
            tasks.latest().forEach(report -> watcher.tellPresent("tasks", json(report)));
        }
    }

    int watchers() {
        watchers.removeIf(Watcher::isGone);
        return watchers.size();
    }

    private FleetView fleet() {
        return new FleetView(datasets.all().stream()
                .map(dataset -> new FleetView.DatasetView(dataset.name(), tables(dataset)))
                .toList());
    }

    private static List<String> tables(DatasetDefinition dataset) {
        return dataset.tables().stream().map(TableDefinition::name).toList();
    }

    private void changed(DayStatus status) {
        if (!watchers.isEmpty()) {
            tell("day", json(status));
        }
    }

    private void changed(RangeId range) {
        if (!watchers.isEmpty()) {
            ranges.find(range).ifPresent(status -> tell("range", json(view(status))));
        }
    }

    private FleetView.RangeView view(RangeStatus status) {
        return new FleetView.RangeView(status, ranges.aggregates(status.range()));
    }

    private void tellTasks() {
        try {
            if (watchers() == 0) {
                tasks.idle();
            } else {
                tasks.changes().forEach(report -> tell("tasks", json(report)));
            }
            tasksFault.over();
        } catch (RuntimeException e) {
            // A task that throws is never run again; the next second may do better.
            tasksFault.log(e);
        }
    }

    private void beat() {
        if (watchers() == 0) {
            return;
        }
        try {
            List<FleetView.Queue> queues = new ArrayList<>();
            for (Topic queue : List.of(Topic.CHUNK_TASKS, Topic.BATCH_TASKS)) {
                queues.add(FleetView.Queue.of(queue, transport.queue(queue), Instant.now()));
            }
            List<FleetView.Ledger> ledgers = new ArrayList<>();
            for (Coordinator ledger : List.of(Coordinator.LEDGER, Coordinator.BATCH_LEDGER)) {
                ledgers.add(FleetView.Ledger.of(ledger.text(), ledger.pending(transport), Instant.now()));
            }
            // All or nothing: a page that hears of queues takes Kafka to be well.
            tell("queues", json(queues));
            tell("ledgers", json(ledgers));
            backlogFault.over();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TransportException e) {
            // The log has it from who samples the backlog for metrics, whether or not a page is open.
            tell("trouble", json(e.getMessage() == null ? "the log cannot be read" : e.getMessage()));
        } catch (RuntimeException e) {
            backlogFault.log(e);
        }
    }

    /** Something that nobody foresaw, which comes again each second: logged once, until it is over or another. */
    private static final class Fault {
        private final String sentence;
        private volatile Optional<String> last = Optional.empty();

        Fault(String sentence) {
            this.sentence = sentence;
        }

        void log(RuntimeException e) {
            Optional<String> reason = Optional.of(e.toString());
            if (!reason.equals(last)) {
                LogLine.warn(LOG, sentence)
                        .with(LogKey.REASON, e.toString())
                        .cause(e)
                        .write();
            }
            last = reason;
        }

        void over() {
            last = Optional.empty();
        }
    }

    /** Returns at once: what a page hears late, or never, holds up neither the others nor who tells. */
    private void tell(String name, String json) {
        watchers.removeIf(Watcher::isGone);
        watchers.forEach(watcher -> watcher.tell(name, json));
    }

    private String json(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getSimpleName(), e);
        }
    }

    /** Ends the stream of every page, so that a server that stops need not wait for them; pages try again. */
    public void endStreams() {
        watchers.forEach(Watcher::drop);
        watchers.clear();
    }

    @Override
    public void close() {
        beat.shutdownNow();
        senders.shutdownNow();
        tasks.close();
        endStreams();
    }
}
