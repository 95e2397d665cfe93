package io.tickshred.standalone.progress;

import io.tickshred.config.ByteSize;
import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One line for one day, with or without a bar. */
final class ProgressText {
    private static final int BAR = 24;
    private static final int SHORT_BAR = 10;
    private static final String GAP = "  ";

    /** A part of a line; where the line is too long, the parts with the highest rank are left out first. */
    private record Part(String text, int rank) {}

    private ProgressText() {}

    /** A line that stands by itself: {@code 2024-01-02 shredding 40% …}. */
    static String plain(DayProgress progress, Instant now) {
        return text(parts(progress, now, ""));
    }

    /** A line with a bar that fits the terminal's width: what matters least is left out where it does not. */
    static String bar(DayProgress progress, Instant now, int columns) {
        List<Part> parts = parts(progress, now, bar(progress, BAR));
        if (text(parts).length() > columns) {
            parts = parts(progress, now, bar(progress, SHORT_BAR));
        }
        while (text(parts).length() > columns && parts.stream().anyMatch(part -> part.rank() > 0)) {
            parts.remove(parts.stream().max(Comparator.comparing(Part::rank)).orElseThrow());
        }
        return Screen.cut(text(parts), columns);
    }

    private static String bar(DayProgress progress, int length) {
        int full = (int) Math.floor(progress.fraction() * length);
        return progress.state().ended() ? "" : "[" + "#".repeat(full) + ".".repeat(length - full) + "]";
    }

    private static String text(List<Part> parts) {
        return parts.stream().map(Part::text).collect(Collectors.joining(GAP));
    }

    private static List<Part> parts(DayProgress progress, Instant now, String bar) {
        List<Part> parts = new ArrayList<>();
        DayState state = progress.state();
        parts.add(new Part(progress.day().date().toString(), 0));
        parts.add(new Part("%-10s".formatted(state.name().toLowerCase(Locale.ROOT)), 0));
        if (progress.last().isEmpty()) {
            parts.add(new Part(Figures.time(progress.elapsed(now)), 0));
            return parts;
        }
        DayStatus status = progress.last().get();
        switch (state) {
            case PLANNING -> parts.add(new Part(Figures.time(progress.elapsed(now)), 0));
            case SHREDDING, FINALIZING -> running(parts, progress, status, now, bar);
            case PUBLISHED -> published(parts, progress, status, now);
            case FAILED ->
                parts.add(new Part(status.failure().map(Failure::toString).orElse("no reason was given"), 0));
        }
        return parts;
    }

    private static void running(List<Part> parts, DayProgress progress, DayStatus status, Instant now, String bar) {
        boolean shredding = status.state() == DayState.SHREDDING;
        if (!bar.isEmpty()) {
            parts.add(new Part(bar, 4));
        }
        parts.add(new Part("%3d%%".formatted((int) (progress.fraction() * 100)), 0));
        if (status.chunks() > 0) {
            parts.add(new Part(
                    "chunks " + Figures.grouped(status.chunksDone()) + "/" + Figures.grouped(status.chunks()),
                    shredding ? 2 : 6));
        }
        parts.add(new Part(
                "batches " + Figures.grouped(status.batchesDone()) + "/" + Figures.grouped(status.batches()),
                shredding ? 6 : 2));
        progress.rowsPerSecond(now).ifPresent(rows -> parts.add(new Part(Figures.grouped(rows) + " rows/s", 1)));
        if (status.chunks() > 0) {
            parts.add(new Part(ByteSize.format(status.stagedBytes()) + " staged", 5));
        }
        progress.timeLeft(now)
                .filter(left -> left.toMillis() >= 50)
                .ifPresent(left -> parts.add(new Part("about " + Figures.time(left) + " left", 1)));
    }

    private static void published(List<Part> parts, DayProgress progress, DayStatus status, Instant now) {
        parts.add(new Part(Figures.count(status.rows(), "row", "rows"), 0));
        parts.add(new Part(Figures.count(status.batches(), "batch", "batches"), 2));
        if (progress.ranNow()) {
            parts.add(new Part("in " + Figures.time(progress.elapsed(now)), 0));
            progress.rowsPerSecond(now).ifPresent(rows -> parts.add(new Part(Figures.grouped(rows) + " rows/s", 1)));
        } else {
            parts.add(new Part("before", 0));
        }
        status.failedMetrics()
                .ifPresent(failed -> parts.add(new Part(
                        "FAILED METRICS "
                                + failed.stream().map(MetricFailure::metric).collect(Collectors.joining(", ")),
                        0)));
    }
}
