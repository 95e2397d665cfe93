package io.tickshred.planner.plan;

import io.tickshred.config.Datasets;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.batching.PackedBatch;
import io.tickshred.planner.chunking.ChunkTasks.ChunkSize;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.naive.NaiveBatches;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plans days without running them: reads all that planning reads, publishes nothing. Thread-safe. */
public final class PlanPreviews {
    private static final int MOST_OVERSIZED = 100;
    private static final double HIGH_WASTE = 0.5;
    private static final double POOR_PACKING = 1.25;
    private static final long MANY_REQUESTS = 1_000_000;

    private final Datasets datasets;
    private final DayPlanner planner;
    private final long workerMemory;
    private final RequestPrices prices;
    private final Clock clock;

    public PlanPreviews(Datasets datasets, DayPlanner planner, long workerMemory, RequestPrices prices, Clock clock) {
        this.datasets = datasets;
        this.planner = planner;
        this.workerMemory = workerMemory;
        this.prices = prices;
        this.clock = clock;
    }

    /** Plans a day; whether it is in progress or published does not matter. */
    public PlanPreview of(PlanRequest request) throws PlanException, InterruptedException {
        DatasetDefinition dataset = PlanRequests.dataset(datasets, request.dataset());
        List<TableDefinition> tables = PlanRequests.tables(dataset, request.tables());
        Instant now = clock.instant();
        DayPlan plan = planner.plan(dataset, tables, request, PlanId.create(now), Optional.empty(), now);
        PlanHeader header = plan.header();
        PlanFigures figures = header.figures().orElseThrow();
        List<ChunkSize> sizes = new ArrayList<>();
        if (plan.naive().isEmpty()) {
            plan.tasks().measure(sizes::add);
        }
        List<String> chunked = plan.naive().isEmpty() ? header.tables() : List.of();
        List<PlanPreview.Chunks> chunks = chunked.stream()
                .map(table -> chunks(
                        table,
                        sizes.stream()
                                .filter(size -> size.table().equals(table))
                                .toList()))
                .toList();
        long rowGroupReads = plan.naive().map(NaiveBatches::rowGroupReads).orElse(0L);
        RequestForecast requests = RequestForecast.of(header, dataset.layout(), sizes, rowGroupReads, prices);
        return new PlanPreview(
                header.day(),
                header.tables(),
                header.listingType(),
                header.rows(),
                header.sources(),
                header.listings(),
                figures,
                header.unlisted().orElse(Unlisted.OUTSIDE),
                header.outside(),
                plan.note(),
                plan.packed().stream().map(PlanPreviews::rows).toList(),
                oversized(plan.packed()),
                chunks,
                requests,
                workerMemory,
                warnings(header, figures, chunks, requests));
    }

    private static long rows(PackedBatch batch) {
        return batch.batch().estimatedRows().orElse(List.of()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static List<PlanPreview.Oversized> oversized(List<PackedBatch> packed) {
        return packed.stream()
                .filter(PackedBatch::oversized)
                .sorted(Comparator.comparingDouble(batch -> -batch.fullness()))
                .limit(MOST_OVERSIZED)
                .map(batch -> new PlanPreview.Oversized(
                        batch.batch().number(),
                        batch.batch().listings().get(0),
                        batch.batch().listings().size(),
                        batch.fullness()))
                .toList();
    }

    private static PlanPreview.Chunks chunks(String table, List<ChunkSize> sizes) {
        return new PlanPreview.Chunks(
                table,
                sizes.size(),
                sizes.stream().mapToLong(ChunkSize::bytes).sum(),
                sizes.stream().mapToLong(ChunkSize::bytes).min().orElse(0),
                sizes.stream().mapToLong(ChunkSize::bytes).max().orElse(0),
                sizes.stream().mapToLong(ChunkSize::memoryBytes).max().orElse(0));
    }

    private List<String> warnings(
            PlanHeader header, PlanFigures figures, List<PlanPreview.Chunks> chunks, RequestForecast requests) {
        List<String> warnings = new ArrayList<>(figures.notes());
        if (figures.oversized() > 0) {
            warnings.add(figures.oversized() + " batches are over a cap, each one listing or one group: whoever loads"
                    + " them needs more memory than for the others");
        }
        int within = header.batches() - figures.oversized();
        int bound = Math.max(1, figures.lowerBound() - figures.oversized());
        if (within > POOR_PACKING * bound) {
            warnings.add(String.format(
                    Locale.ROOT, "%d batches where %d might do: try strategy: balanced, or other caps", within, bound));
        } else if (figures.waste() > HIGH_WASTE && within > 1) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%.0f %% of the batches' room is empty: larger caps would not be",
                    100 * figures.waste()));
        }
        for (PlanPreview.Chunks table : chunks) {
            if (table.largestMemoryBytes() > workerMemory) {
                warnings.add("a chunk of " + table.table() + " takes " + table.largestMemoryBytes()
                        + " bytes in memory, more than a worker's " + workerMemory
                        + ": it has a row group that cannot be split, and will spill");
            }
        }
        if (requests.gets() + requests.puts() > MANY_REQUESTS) {
            warnings.add("chunks times batches make " + requests.gets()
                    + " reads: larger chunks or larger batches make fewer");
        }
        return warnings;
    }
}
