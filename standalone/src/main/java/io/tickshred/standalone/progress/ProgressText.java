package io.tickshred.standalone.progress;

import io.tickshred.config.ByteSize;
import io.tickshred.message.DayStatus;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One line for one day, with or without a bar. */
final class ProgressText {
    private static final int BAR = 24;

    private ProgressText() {}

    /** A line that stands by itself: {@code 2024-01-02 shredding 40% …}. */
    static String plain(DayProgress progress, Instant now) {
        return String.join("  ", parts(progress, now, ""));
    }

    /** A line with a bar, cut to the terminal's width. */
    static String bar(DayProgress progress, Instant now, int columns) {
        int full = (int) Math.floor(progress.fraction() * BAR);
        String bar = progress.state().ended() ? "" : "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
        String line = String.join("  ", parts(progress, now, bar));
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns - 1)) + "…";
    }

    private static List<String> parts(DayProgress progress, Instant now, String bar) {
        List<String> parts = new ArrayList<>();
        DayState state = progress.state();
        parts.add(progress.day().date().toString());
        parts.add("%-10s".formatted(state.name().toLowerCase(Locale.ROOT)));
        if (progress.last().isEmpty()) {
            parts.add(Figures.time(progress.elapsed(now)));
            return parts;
        }
        DayStatus status = progress.last().get();
        switch (state) {
            case PLANNING -> parts.add(Figures.time(progress.elapsed(now)));
            case SHREDDING, FINALIZING -> {
                if (!bar.isEmpty()) {
                    parts.add(bar);
                }
                parts.add("%3d%%".formatted((int) (progress.fraction() * 100)));
                if (status.chunks() > 0) {
                    parts.add(
                            "chunks " + Figures.grouped(status.chunksDone()) + "/" + Figures.grouped(status.chunks()));
                }
                parts.add("batches " + Figures.grouped(status.batchesDone()) + "/" + Figures.grouped(status.batches()));
                parts.add(Figures.grouped(progress.rowsPerSecond(now)) + " rows/s");
                if (status.chunks() > 0) {
                    parts.add(ByteSize.format(status.stagedBytes()) + " staged");
                }
                progress.timeLeft(now).ifPresent(left -> parts.add("about " + Figures.time(left) + " left"));
            }
            case PUBLISHED -> {
                parts.add(Figures.grouped(status.rows()) + " rows");
                parts.add(Figures.grouped(status.batches()) + " batches");
                if (progress.ranNow()) {
                    parts.add("in " + Figures.time(progress.elapsed(now)));
                    parts.add(Figures.grouped(progress.rowsPerSecond(now)) + " rows/s");
                } else {
                    parts.add("before");
                }
                status.failedMetrics()
                        .ifPresent(failed -> parts.add("FAILED METRICS "
                                + failed.stream().map(MetricFailure::metric).collect(Collectors.joining(", "))));
            }
            case FAILED -> parts.add(status.failure().map(Failure::toString).orElse("no reason was given"));
        }
        return parts;
    }
}
