package io.tickshred.standalone.progress;

import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.PlanId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where days stand, as tables. Reasons stand below their days, so that no column is as wide as they are. */
public final class StatusTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    /** What a terminal that is too narrow lacks: {@code day} shows them. */
    private static final List<String> NOW_EXPENDABLE = List.of("manifest", "plan", "chunks", "batches");

    private static final List<String> HISTORY_EXPENDABLE = List.of("plan", "batches", "changed");

    private StatusTable() {}

    /** Where each day stands now. */
    public static List<String> now(List<DayStatus> days, int columns) {
        TextTable table = TextTable.of("dataset", "date", "state", ">chunks", ">batches", ">rows", "plan", "manifest");
        for (DayStatus day : days) {
            table.row(
                    day.day().dataset(),
                    day.day().date(),
                    state(day),
                    day.chunksDone() + "/" + day.chunks(),
                    day.batchesDone() + "/" + day.batches(),
                    day.rows(),
                    day.plan().map(PlanId::value).orElse("-"),
                    day.manifest().orElse(""));
            below(table, day);
            mode(day).ifPresent(mode -> table.below("ran " + mode));
        }
        return table.lines(columns, NOW_EXPENDABLE);
    }

    /** What became of each day, and how long it took. */
    public static List<String> history(List<DayStatus> days, int columns) {
        TextTable table = TextTable.of("dataset", "date", "state", ">rows", ">batches", ">took", "changed", "plan");
        for (DayStatus day : days) {
            table.row(
                    day.day().dataset(),
                    day.day().date(),
                    state(day),
                    day.rows(),
                    day.batches(),
                    took(day).map(Figures::time).orElse("-"),
                    time(day.at()),
                    day.plan().map(PlanId::value).orElse("-"));
            below(table, day);
        }
        return table.lines(columns, HISTORY_EXPENDABLE);
    }

    /** In lower case, as people write it. */
    public static String state(DayStatus day) {
        return day.state().name().toLowerCase(Locale.ROOT);
    }

    /** An instant to the second, in UTC. */
    public static String time(Instant at) {
        return TIME.format(at);
    }

    /** From the plan's beginning to the day's end; empty where the day was not run but found published. */
    public static Optional<Duration> took(DayStatus day) {
        boolean found = day.state() == DayState.PUBLISHED && !day.hasTasks();
        return day.state().ended() && !found
                ? day.plan().map(plan -> Duration.between(plan.createdAt(), day.at()))
                : Optional.empty();
    }

    /** Why a day failed, or which of its metrics did. */
    public static Optional<String> reason(DayStatus day) {
        return day.failure().map(Failure::toString).or(() -> day.failedMetrics()
                .map(failed -> failed.stream().map(MetricFailure::toString).collect(Collectors.joining("; "))));
    }

    /** In which mode a day ran and why, where somebody asked for another than the usual one. */
    static Optional<ModeChoice> mode(DayStatus day) {
        return day.mode().filter(mode -> mode.reads().isPresent());
    }

    private static void below(TextTable table, DayStatus day) {
        Optional<String> reason = reason(day);
        reason.ifPresent(table::below);
        boolean standing = day.state() == DayState.FAILED && day.manifest().isPresent();
        day.note().filter(note -> reason.isEmpty() || standing).ifPresent(table::below);
    }
}
