package io.tickshred.standalone.progress;

import io.tickshred.config.ByteSize;
import io.tickshred.message.DayStatus;
import io.tickshred.model.PlanId;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.planner.tasks.TaskReport.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One day as a person reads it: what became of it, where its time went, what stood out, who did it. */
public final class DayText {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String INDENT = "          ";

    private final DayStatus day;
    private final Optional<TaskReport> tasks;
    private final int shown;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private DayText(DayStatus day, Optional<TaskReport> tasks, int shown, int columns) {
        this.day = day;
        this.tasks = tasks;
        this.shown = shown;
        this.columns = columns;
    }

    /**
     * The lines.
     *
     * @param tasks empty where the log holds nothing of the plan any more
     * @param shown chunks, batches and workers to list
     * @param columns of the terminal, 0 for no limit
     */
    public static List<String> lines(DayStatus day, Optional<TaskReport> tasks, int shown, int columns) {
        return new DayText(day, tasks, shown, columns).lines();
    }

    private List<String> lines() {
        head();
        timeline();
        if (tasks.isEmpty()) {
            if (day.hasTasks()) {
                fact("tasks", "the log of results does not hold this plan's tasks any more");
            }
            return lines;
        }
        TaskReport report = tasks.get();
        chunks(report);
        batches(report);
        workers(report);
        return lines;
    }

    private void head() {
        lines.add(day.day() + "  " + StatusTable.state(day)
                + day.plan().map(plan -> "  plan " + plan).orElse(""));
        StatusTable.reason(day).ifPresent(reason -> fact("reason", reason));
        if (day.rows() > 0) {
            fact(
                    "rows",
                    Figures.grouped(day.rows()) + " = " + Figures.grouped(day.routed()) + " routed + "
                            + Figures.grouped(day.filtered()) + " filtered + " + Figures.grouped(day.outside())
                            + " outside the universe"
                            + (day.routed() + day.filtered() + day.outside() == day.rows() ? "" : ", so far"));
        }
        if (day.hasTasks()) {
            String batches = day.batchesDone() + " of " + Figures.count(day.batches(), "batch", "batches");
            fact(
                    "tasks",
                    day.chunks() == 0
                            ? batches
                            : day.chunksDone() + " of " + Figures.count(day.chunks(), "chunk", "chunks") + ", "
                                    + batches + ", " + ByteSize.format(day.stagedBytes()) + " staged");
        }
        StatusTable.mode(day).ifPresent(mode -> fact("mode", mode.toString()));
        day.manifest().ifPresent(manifest -> fact("manifest", manifest));
        day.note().ifPresent(note -> fact("note", note));
    }

    private void fact(String name, String text) {
        List<String> wrapped = Screen.wrap(text, INDENT, columns);
        lines.add("%-10s".formatted(name) + wrapped.get(0).substring(INDENT.length()));
        lines.addAll(wrapped.subList(1, wrapped.size()));
    }

    private void timeline() {
        TextTable table = TextTable.of("timeline", ">after", "what");
        Optional<Instant> start = day.plan().map(PlanId::createdAt);
        Instant last = start.orElse(day.at());
        if (start.isPresent()) {
            table.row(CLOCK.format(start.get()), "", "planning began");
        }
        for (Step step : steps()) {
            Duration after = Duration.between(last, step.at());
            table.row(CLOCK.format(step.at()), after.isNegative() ? "" : "+" + Figures.time(after), step.what());
            last = step.at();
        }
        lines.add("");
        lines.addAll(table.lines(columns));
    }

    private record Step(Instant at, String what) {}

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        tasks.ifPresent(report -> {
            String chunks = Figures.count(report.chunks().total(), "chunk", "chunks");
            String batches = Figures.count(report.batches().total(), "batch", "batches");
            report.openedAt().ifPresent(at -> steps.add(new Step(at, "planned: " + chunks + ", " + batches)));
            report.chunks().firstAt().ifPresent(at -> steps.add(new Step(at, "first chunk staged")));
            report.chunks()
                    .lastAt()
                    .ifPresent(at -> steps.add(new Step(at, stage("chunk", "chunks", report.chunks(), "staged"))));
            // Without chunks, batches are given out by the plan itself.
            String fannedOut = report.chunks().total() == 0
                    ? "planned: " + batches + ", read straight from the sources"
                    : "rows add up; batches given out";
            report.fannedOutAt().ifPresent(at -> steps.add(new Step(at, fannedOut)));
            report.batches().firstAt().ifPresent(at -> steps.add(new Step(at, "first batch written and proven")));
            report.batches()
                    .lastAt()
                    .ifPresent(at ->
                            steps.add(new Step(at, stage("batch", "batches", report.batches(), "written and proven"))));
        });
        if (day.state().ended()) {
            steps.add(new Step(day.at(), StatusTable.state(day)));
        }
        return steps;
    }

    private static String stage(String one, String many, TaskReport.Stage stage, String what) {
        boolean all = stage.done() == stage.total();
        return (all ? stage.total() == 1 ? "the only " : "all " : "latest of ")
                + (all && stage.total() == 1 ? one : Figures.count(stage.done(), one, many)) + " " + what
                + (stage.failedAttempts() == 0
                        ? ""
                        : ", " + Figures.count(stage.failedAttempts(), "attempt", "attempts") + " failed meanwhile");
    }

    private void chunks(TaskReport report) {
        List<Task> slowest = report.slowestChunks().stream().limit(shown).toList();
        if (slowest.isEmpty()) {
            return;
        }
        TextTable table =
                TextTable.of(">slowest chunk", "table", ">took", ">rows", ">rows/s", ">staged", "worker", "done at");
        slowest.forEach(task -> table.row(
                task.number(),
                task.table(),
                took(task),
                task.rows(),
                speed(task),
                ByteSize.format(task.bytes()),
                task.worker(),
                CLOCK.format(task.at())));
        lines.add("");
        lines.addAll(table.lines(columns));
    }

    private void batches(TaskReport report) {
        List<Task> largest = report.largestBatches().stream().limit(shown).toList();
        if (largest.isEmpty()) {
            return;
        }
        TextTable table = TextTable.of(">largest batch", ">rows", ">size", ">took", "finalizer", "done at");
        largest.forEach(task -> table.row(
                task.number(),
                task.rows(),
                ByteSize.format(task.bytes()),
                took(task),
                task.worker(),
                CLOCK.format(task.at())));
        lines.add("");
        lines.addAll(table.lines(columns));
    }

    private void workers(TaskReport report) {
        if (report.workers().isEmpty()) {
            return;
        }
        TextTable table = TextTable.of("worker", ">chunks", ">batches", ">failed", ">rows", ">busy", "last heard of");
        report.workers().stream()
                .limit(Math.max(shown, 10))
                .forEach(worker -> table.row(
                        worker.name(),
                        worker.chunks(),
                        worker.batches(),
                        worker.failedAttempts(),
                        worker.rows(),
                        Figures.time(Duration.ofMillis(worker.busyMillis())),
                        CLOCK.format(worker.lastAt())));
        lines.add("");
        lines.addAll(table.lines(columns));
        int more = report.workers().size() - Math.max(shown, 10);
        if (more > 0) {
            lines.add("… and " + Figures.grouped(more) + " more");
        }
    }

    private static String took(Task task) {
        return task.tookMillis()
                .map(millis -> Figures.time(Duration.ofMillis(millis)))
                .orElse("-");
    }

    private static String speed(Task task) {
        return task.tookMillis()
                .filter(millis -> millis > 0)
                .map(millis -> Figures.grouped(task.rows() * 1000 / millis))
                .orElse("-");
    }
}
