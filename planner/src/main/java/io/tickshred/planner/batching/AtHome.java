package io.tickshred.planner.batching;

import io.tickshred.planner.batching.BalancedBatching.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Packs home by home, so that a batch has its rows in few places: a market's listings, whose objects lie in one folder,
 * share as few batches as they fill. A batch is then read from fewer objects, out of staging and still more so where it
 * is read from the sources themselves.
 *
 * <p>At best no home is cut to fill up a batch of others: each is packed evenly by itself, and what is light shares a
 * batch whole. Where that needs many more batches, what is left of a batch goes to the next home: within a home groups
 * go from the heaviest to the lightest, each into the fullest batch of its own home that it fits, else into one that
 * another home left room in, else into a new one.
 */
final class AtHome {
    /** More than this many times the fewest batches is too much for it. */
    private static final double MOST_MORE = 1.05;

    /** More than this many times the fewest is too much even where no home is cut to fill a batch up. */
    private static final double MOST_MORE_APART = 1.2;

    /** Batches are filled this much above their average, for the groups do not come out even. */
    private static final double SLACK = 1.02;

    private AtHome() {}

    /**
     * Packs, if there are several homes and hardly more batches are needed than without them.
     *
     * @param items the heaviest first
     * @param fewest as packed without a thought of homes
     */
    static Optional<List<Bin>> pack(List<Item> items, Load load, List<Bin> fewest) {
        SortedMap<String, List<Item>> homes = items.stream()
                .collect(Collectors.groupingBy(item -> item.group().home(), TreeMap::new, Collectors.toList()));
        if (homes.size() < 2) {
            return Optional.empty();
        }
        List<Bin> apart = apart(homes, load);
        if (apart.size() <= fewest.size() * MOST_MORE_APART) {
            return Optional.of(apart);
        }
        double average =
                fewest.stream().mapToDouble(bin -> bin.fullness).average().orElse(1);
        for (double full : List.of(Math.min(1, average * SLACK), 1.0)) {
            List<Bin> bins = pack(homes, load, full);
            if (bins.size() <= Math.max(fewest.size(), (int) (fewest.size() * MOST_MORE))) {
                return Optional.of(bins);
            }
        }
        return Optional.empty();
    }

    /** Each home in as few batches as it fills, evenly; what is light shares a batch, but no home is cut for it. */
    private static List<Bin> apart(SortedMap<String, List<Item>> homes, Load load) {
        List<Bin> parts = new ArrayList<>();
        for (List<Item> items : homes.values()) {
            parts.addAll(BalancedBatching.evenly(items, load));
        }
        // Stable: parts as full as each other stay in the order of their homes.
        parts.sort(Comparator.comparingDouble(part -> -part.fullness));
        Bins bins = new Bins(load);
        for (Bin part : parts) {
            bins.fullestThatFits(part.load, part.fullness, bin -> bin.add(part));
        }
        return bins.all();
    }

    private static List<Bin> pack(SortedMap<String, List<Item>> homes, Load load, double full) {
        List<Bin> bins = new ArrayList<>();
        TreeSet<Bin> left = new TreeSet<>(Bins.BY_FULLNESS);
        for (List<Item> items : homes.values()) {
            TreeSet<Bin> own = new TreeSet<>(Bins.BY_FULLNESS);
            for (Item item : items) {
                Bin bin = take(own, item, load, full);
                if (bin == null) {
                    bin = take(left, item, load, full);
                }
                if (bin == null) {
                    bin = new Bin(bins.size(), load, false);
                    bins.add(bin);
                }
                bin.add(item.group(), item.place(), item.load());
                own.add(bin);
            }
            own.stream().filter(bin -> bin.fullness < full).forEach(left::add);
        }
        return bins;
    }

    /**
     * Takes the fullest bin out that has room for an item; what is heavier than a batch is to be gets one of its own.
     */
    private static @Nullable Bin take(TreeSet<Bin> bins, Item item, Load load, double full) {
        Bin bin = bins.floor(Bin.probe(full - item.weight()));
        if (bin == null || !load.fits(bin.load, item.load())) {
            bin = full < 1 ? null : Bins.fullestThatFits(bins, item.load(), item.weight(), load);
        }
        if (bin != null) {
            bins.remove(bin);
        }
        return bin;
    }
}
