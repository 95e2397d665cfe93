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
import io.tickshred.planner.discovery.PlanException;
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

    private final Datasets datasets;
    private final DayPlanner planner;
    private final Clock clock;

    public PlanPreviews(Datasets datasets, DayPlanner planner, Clock clock) {
        this.datasets = datasets;
        this.planner = planner;
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
                plan.chunks().byTable(),
                warnings(header, figures));
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

    private static List<String> warnings(PlanHeader header, PlanFigures figures) {
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
        return warnings;
    }
}
