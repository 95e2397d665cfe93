package io.tickshred.planner.watch;

import io.tickshred.model.PlanId;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.tasks.TaskBoards;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of the tasks of running days. The logs of results are followed only while somebody looks at a running
 * day, from the oldest running plan on, and for a while after. Thread-safe.
 */
final class TaskFeed implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(30);

    private final Transport transport;
    private final DayStatuses days;
    private final InstantSource clock;
    private final Map<PlanId, TaskReport> told = new HashMap<>();
    private Optional<TaskBoards> boards = Optional.empty();
    private Optional<PlanId> oldest = Optional.empty();
    private Instant lookedAt = Instant.EPOCH;

    TaskFeed(Transport transport, DayStatuses days, InstantSource clock) {
        this.transport = transport;
        this.days = days;
        this.clock = clock;
    }

    /**
     * Reports of running days, and the last ones of days that ended meanwhile, that have changed since the last call.
     */
    synchronized List<TaskReport> changes() {
        List<PlanId> running = days.all().stream()
                .filter(day -> !day.state().ended() && day.hasTasks())
                .flatMap(day -> day.plan().stream())
                .sorted()
                .toList();
        if (!running.isEmpty()) {
            follow(running.get(0));
        }
        List<TaskReport> changed = new ArrayList<>();
        List<PlanId> ended =
                told.keySet().stream().filter(plan -> !running.contains(plan)).toList();
        boards.ifPresent(open -> {
            running.forEach(plan -> open.report(plan).ifPresent(report -> tell(report, changed)));
            ended.forEach(plan -> open.report(plan).ifPresent(report -> tell(report, changed)));
        });
        closeIfUnused(running);
        return changed;
    }

    private void tell(TaskReport report, List<TaskReport> changed) {
        if (!report.equals(told.put(report.plan(), report))) {
            changed.add(report);
        }
    }

    /** Everything that was told lately, for a page that has just been opened. */
    synchronized List<TaskReport> latest() {
        return List.copyOf(told.values());
    }

    /** Called while nobody looks. */
    synchronized void idle() {
        closeIfUnused(List.of());
    }

    private void follow(PlanId plan) {
        if (oldest.filter(from -> from.compareTo(plan) <= 0).isEmpty()) {
            boards.ifPresent(TaskBoards::close);
            boards = Optional.of(TaskBoards.since(transport, plan));
            oldest = Optional.of(plan);
        }
    }

    private void closeIfUnused(List<PlanId> running) {
        Instant now = clock.instant();
        if (!running.isEmpty()) {
            lookedAt = now;
        } else if (boards.isPresent() && now.isAfter(lookedAt.plus(LINGER))) {
            close();
        }
    }

    /** The running day of a plan is told anew to whoever looks next. */
    @Override
    public synchronized void close() {
        boards.ifPresent(TaskBoards::close);
        boards = Optional.empty();
        oldest = Optional.empty();
        told.clear();
    }

    /** Whether the logs are followed now. */
    synchronized boolean following() {
        return boards.isPresent();
    }
}
