package io.tickshred.planner.plan;

import io.tickshred.config.ByteSize;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.ListingType;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanForecast;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Plural;
import io.tickshred.planner.batching.BatchingStrategy;
import io.tickshred.planner.batching.ListingGroup;
import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.batching.LowerBound;
import io.tickshred.planner.batching.PackedBatch;
import io.tickshred.planner.scan.ListingFolders;
import io.tickshred.planner.universe.Universe;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A day's listings in their batches, and how good that is.
 *
 * @param lowerBound batches that any strategy needs at least
 */
record Packing(BatchingPolicy policy, ListingType type, List<PackedBatch> batches, int lowerBound) {
    private static final int MAX_NAMED = 10;

    Packing {
        batches = List.copyOf(batches);
    }

    /**
     * Packs.
     *
     * @param sizes at least one
     * @param folders of the listings of each table where they are known: those of one folder go together
     * @param caps for each table, in the order of the sizes' tables
     */
    static Packing of(
            BatchingPolicy policy,
            ListingType type,
            List<ListingSize> sizes,
            Optional<Universe> universe,
            Collection<ListingFolders> folders,
            List<BatchCaps> caps) {
        List<ListingGroup> anywhere = policy.groupBy().isPresent() && universe.isPresent()
                ? ListingGroup.by(universe.get()::group, type, sizes)
                : ListingGroup.single(sizes);
        List<ListingGroup> groups =
                anywhere.stream().map(group -> group.at(home(group, folders))).toList();
        return new Packing(
                policy, type, BatchingStrategy.of(policy).pack(type, groups, caps), LowerBound.of(groups, caps));
    }

    /** The folder of the first table that has rows of the group's first listing, if they are in one alone. */
    private static String home(ListingGroup group, Collection<ListingFolders> folders) {
        return folders.stream()
                .map(table -> table.foldersOf(group.first()))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .filter(found -> found.size() == 1)
                .map(found -> found.iterator().next())
                .orElse("");
    }

    PlanFigures figures(
            EstimatorPolicy.Kind estimator,
            boolean exact,
            Optional<String> from,
            List<String> notes,
            ModeChoice mode,
            PlanForecast forecast) {
        List<Double> within = batches.stream()
                .filter(batch -> !batch.oversized())
                .map(PackedBatch::fullness)
                .toList();
        double fullest = within.stream().mapToDouble(f -> f).max().orElse(0);
        double waste = 1 - within.stream().mapToDouble(f -> f).average().orElse(1);
        return new PlanFigures(
                policy.strategy(),
                lowerBound,
                fullest,
                waste,
                batches.size() - within.size(),
                estimator,
                exact,
                from,
                notes,
                Optional.of(mode),
                Optional.of(forecast));
    }

    private static String told(PlanForecast forecast) {
        String requests = String.format(
                Locale.ROOT,
                "%s, about %s and %s for %.4f dollars",
                Plural.of(forecast.stagedObjects(), "staged object", "staged objects"),
                Plural.of(forecast.gets(), "read", "reads"),
                Plural.of(forecast.puts(), "write", "writes"),
                forecast.dollars());
        return forecast.slices() == 0
                ? requests
                        + forecast.batchDiskBytes()
                                .map(bytes -> ", batches that want up to " + ByteSize.format(bytes) + " of scratch")
                                .orElse("")
                : requests + ", chunks of up to " + ByteSize.format(forecast.chunkMemoryBytes())
                        + " in memory for workers with " + ByteSize.format(forecast.workerMemoryBytes());
    }

    /** What was planned, in a line for a person. */
    String note(PlanHeader header, PlanFigures figures) {
        StringBuilder note = new StringBuilder()
                .append(Plural.of(header.rows(), "row", "rows") + " of "
                        + Plural.of(header.sources(), "object", "objects") + " in "
                        + Plural.of(header.chunks(), "chunk", "chunks") + ", "
                        + Plural.of(header.listings(), "listing", "listings") + " in "
                        + Plural.of(header.batches(), "batch", "batches"))
                .append(String.format(
                        Locale.ROOT,
                        " (%s; at least %d; fullest %.0f %%, waste %.0f %%)",
                        figures.strategy().name().toLowerCase(Locale.ROOT),
                        figures.lowerBound(),
                        100 * figures.fullest(),
                        100 * figures.waste()))
                .append(", sizes by " + figures.estimator().name().toLowerCase(Locale.ROOT))
                .append(figures.estimatedFrom().map(from -> " from " + from).orElse(""));
        figures.mode().filter(mode -> mode.reads().isPresent()).ifPresent(mode -> note.append("; ")
                .append(mode));
        List<String> alone = batches.stream()
                .filter(PackedBatch::oversized)
                .map(batch -> batch.batch().listings().get(0))
                .toList();
        if (!alone.isEmpty()) {
            note.append("; larger than a batch may be and therefore alone in one: ")
                    .append(alone.stream().limit(MAX_NAMED).collect(Collectors.joining(", ")))
                    .append(alone.size() > MAX_NAMED ? " and " + (alone.size() - MAX_NAMED) + " more" : "");
        }
        figures.forecast().ifPresent(forecast -> note.append("; ").append(told(forecast)));
        figures.notes().forEach(more -> note.append("; ").append(more));
        return note.toString();
    }
}
