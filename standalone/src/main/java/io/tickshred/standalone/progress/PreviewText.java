package io.tickshred.standalone.progress;

import io.tickshred.config.ByteSize;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanForecast;
import io.tickshred.planner.chunking.FittedChunks.TableChunks;
import io.tickshred.planner.plan.PlanPreview;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan that was not run, as a person reads it. */
public final class PreviewText {
    private static final int BARS = 10;
    private static final int LONGEST_BAR = 40;
    private static final int SHOWN = 10;

    private PreviewText() {}

    public static List<String> lines(PlanPreview plan) {
        PlanFigures figures = plan.figures();
        List<String> lines = new ArrayList<>();
        lines.add(plan.day() + ": " + Figures.count(plan.rows(), "row", "rows") + " of "
                + Figures.count(plan.sources(), "object", "objects") + ", "
                + Figures.count(plan.listings(), "listing", "listings") + "; nothing was run");
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "batches    %s by strategy %s; at least %s; fullest %.1f %%, waste %.1f %%; over a cap: %s",
                Figures.grouped(plan.rowsOfBatches().size()),
                figures.strategy().name().toLowerCase(Locale.ROOT),
                Figures.grouped(figures.lowerBound()),
                100 * figures.fullest(),
                100 * figures.waste(),
                Figures.grouped(figures.oversized())));
        lines.addAll(histogram(plan.rowsOfBatches()));
        for (PlanPreview.Oversized batch :
                plan.oversized().stream().limit(SHOWN).toList()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "           batch %d is %.1f times a cap: listing %s%s",
                    batch.batch(),
                    batch.fullness(),
                    batch.listing(),
                    batch.listings() == 1 ? "" : " and " + (batch.listings() - 1) + " more of its group"));
        }
        lines.add("sizes      by estimator " + figures.estimator().name().toLowerCase(Locale.ROOT)
                + figures.estimatedFrom().map(from -> ", from " + from).orElse("")
                + (figures.exact() ? "; every row was counted" : "; estimated")
                + plan.outside()
                        .map(rows -> "; " + Figures.grouped(rows) + " rows outside the universe")
                        .orElse(""));
        for (TableChunks table : plan.chunks()) {
            lines.add("chunks     " + table.table() + ": " + Figures.grouped(table.chunks()) + " of "
                    + ByteSize.format(table.smallestBytes()) + " to " + ByteSize.format(table.largestBytes())
                    + ", together " + ByteSize.format(table.bytes()));
        }
        figures.mode().ifPresent(mode -> lines.add("mode       " + mode));
        figures.forecast().ifPresent(forecast -> lines.addAll(forecast(forecast, plan)));
        plan.warnings().forEach(warning -> lines.add("warning    " + warning));
        return lines;
    }

    private static List<String> forecast(PlanForecast forecast, PlanPreview plan) {
        String requests = String.format(
                Locale.ROOT,
                "requests   about %s reads, %s writes and lists, %.4f dollars",
                Figures.grouped(forecast.gets()),
                Figures.grouped(forecast.puts()),
                forecast.dollars());
        if (plan.chunks().isEmpty()) {
            List<String> lines = new ArrayList<>();
            forecast.batchReadBytes()
                    .ifPresent(read -> lines.add("scratch    a finalizer reads at most " + ByteSize.format(read)
                            + " of columns for one batch, and wants "
                            + ByteSize.format(forecast.batchDiskBytes().orElse(read)) + " of scratch disk for it"));
            lines.add(requests + "; no staged objects");
            return lines;
        }
        int chunks = plan.chunks().stream().mapToInt(TableChunks::chunks).sum();
        return List.of(
                "memory     a worker sorts at most " + ByteSize.format(forecast.chunkMemoryBytes()) + " of columns in "
                        + ByteSize.format(forecast.workerMemoryBytes()),
                "slices     " + Figures.grouped(forecast.slices()) + ", of " + Figures.count(chunks, "chunk", "chunks")
                        + " times "
                        + Figures.count(plan.rowsOfBatches().size(), "batch", "batches") + ", in "
                        + Figures.count(forecast.stagedObjects(), "staged object", "staged objects"),
                requests);
    }

    /** Batches by their rows: each line the batches up to so many. */
    private static List<String> histogram(List<Long> rows) {
        long most = Math.max(1, rows.stream().mapToLong(Long::longValue).max().orElse(1));
        int[] counts = new int[BARS];
        for (long batch : rows) {
            counts[(int) Math.min(BARS - 1, Math.max(0, batch - 1) * BARS / most)]++;
        }
        int highest = 1;
        for (int count : counts) {
            highest = Math.max(highest, count);
        }
        int width = Figures.grouped(most).length();
        List<String> lines = new ArrayList<>();
        for (int bar = 0; bar < BARS; bar++) {
            String upTo = Figures.grouped(most * (bar + 1) / BARS);
            int length = (int) Math.ceil((double) counts[bar] * LONGEST_BAR / highest);
            lines.add(("           up to " + " ".repeat(Math.max(0, width - upTo.length())) + upTo + " rows  "
                            + "#".repeat(length) + (counts[bar] == 0 ? "" : " " + Figures.grouped(counts[bar])))
                    .stripTrailing());
        }
        return lines;
    }
}
