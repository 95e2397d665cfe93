package io.tickshred.standalone.progress;

import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeState;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person reads of a range: each day with what became of it, and the sum. */
public final class RangeSummary {
    private static final int SHORT_REASON = 60;
    private static final String INDENT = "      ";

    private RangeSummary() {}

    /**
     * The lines.
     *
     * @param days the days' own statuses, of those that are known
     * @param columns of the terminal, where reasons stand below their days; 0 for no limit
     */
    public static List<String> lines(RangeStatus range, Map<LocalDate, DayStatus> days, int columns) {
        return lines(range, days, Map.of(), columns);
    }

    /**
     * The lines.
     *
     * @param others days published before that are not what is asked for now, each with what is to be said of it
     */
    public static List<String> lines(
            RangeStatus range, Map<LocalDate, DayStatus> days, Map<LocalDate, String> others, int columns) {
        List<String> lines = new ArrayList<>();
        if (!range.days().isEmpty()) {
            boolean below = columns > 0;
            TextTable table = below
                    ? TextTable.of("date", "state", ">rows", ">batches")
                    : TextTable.of("date", "state", ">rows", ">batches", "reason");
            for (RangeDay day : range.days()) {
                Optional<String> other = Optional.ofNullable(others.get(day.date()));
                Optional<DayStatus> status = Optional.ofNullable(days.get(day.date()))
                        .filter(s -> day.state() == RangeDay.State.PUBLISHED && other.isEmpty())
                        .filter(s -> s.state() == DayState.PUBLISHED);
                List<Object> cells = new ArrayList<>(List.of(
                        day.date(),
                        other.isPresent() ? "not run" : state(range, day),
                        status.map(s -> Figures.grouped(s.rows())).orElse("-"),
                        status.map(s -> Figures.grouped(s.batches())).orElse("-")));
                String reason = other.orElseGet(
                        () -> reason(status.flatMap(StatusTable::reason).or(day::reason), days.get(day.date())));
                if (!below) {
                    cells.add(reason);
                }
                table.row(cells.toArray());
                if (below && !reason.isEmpty()) {
                    table.below(reason);
                }
            }
            lines.addAll(table.lines(columns));
        }
        lines.addAll(wrapped(text(range, others.size()), columns));
        return lines;
    }

    /** Cut where the day's own line has said it in full when the day failed. */
    private static String reason(Optional<String> reason, @Nullable DayStatus shown) {
        String text = reason.orElse("");
        return shown != null && shown.failure().isPresent() ? Screen.cut(text, SHORT_REASON) : text;
    }

    /** {@code range trades/2024-01-02..2024-01-05 done: 3 published, 2 already published, 1 skipped}. */
    public static String total(RangeStatus range) {
        return text(range, 0);
    }

    /** The same in lines that fit a terminal of so many columns; in one where there is none. */
    public static List<String> total(RangeStatus range, int columns) {
        return wrapped(text(range, 0), columns);
    }

    private static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>(Screen.wrap(text, INDENT, columns));
        lines.set(0, lines.get(0).substring(INDENT.length()));
        return lines;
    }

    private static String text(RangeStatus range, int others) {
        List<String> counts = new ArrayList<>();
        int already =
                (int) range.days().stream().filter(RangeDay::wasPublishedBefore).count();
        if (already > 0) {
            counts.add(Figures.grouped(range.published() - already) + " published");
        } else {
            add(counts, range.published(), "published");
        }
        add(counts, already - others, "already published");
        add(counts, others, "published before as something else");
        add(counts, range.skipped(), "skipped");
        add(counts, range.failed(), "failed");
        add(counts, range.running(), "running");
        add(counts, range.waiting(), range.state().ended() ? "not run" : "waiting");
        String text = "range " + range.range() + " " + range.state().name().toLowerCase(Locale.ROOT)
                + (counts.isEmpty() ? "" : ": " + String.join(", ", counts));
        if (range.failed() > 0 && range.state() == RangeState.FAILED) {
            text += range.onFailedDay() == FailedDayRule.STOP
                    ? "; it stopped at the failed day; ask for it again to go on there"
                    : "; it went on past the failed days; ask for it again to run them";
        }
        return text
                + range.failure()
                        .map(Failure::toString)
                        .map(reason -> ": " + reason)
                        .orElse("")
                + range.note().map(note -> " (" + note + ")").orElse("");
    }

    /** {@code metric trades-bars: 1,234 rows of 21 days, manifest s3://…}. */
    public static String aggregate(AggregateStatus status) {
        return "metric " + status.metric() + ": "
                + status.failure()
                        .map(failure -> "not aggregated: " + failure)
                        .orElse(Figures.count(status.rows(), "row", "rows") + " of "
                                + Figures.count(status.days(), "day", "days")
                                + (status.missing() == 0
                                        ? ""
                                        : ", " + Figures.grouped(status.missing()) + " missing and listed")
                                + status.manifest()
                                        .map(uri -> ", manifest " + uri)
                                        .orElse(""));
    }

    /**
     * The same.
     *
     * @param others days of the range that were published before and are not what is asked for now
     */
    public static String aggregate(AggregateStatus status, int others) {
        return others == 0 || status.failure().isPresent()
                ? aggregate(status)
                : "metric " + status.metric() + ": aggregated, but no result of this run: it takes in the "
                        + Figures.count(others, "day that was", "days that were")
                        + " published before as something else";
    }

    private static String state(RangeStatus range, RangeDay day) {
        return day.state() == RangeDay.State.WAITING && range.state().ended()
                ? "not run"
                : day.state().name().toLowerCase(Locale.ROOT);
    }

    private static void add(List<String> counts, int number, String what) {
        if (number > 0) {
            counts.add(Figures.grouped(number) + " " + what);
        }
    }
}
