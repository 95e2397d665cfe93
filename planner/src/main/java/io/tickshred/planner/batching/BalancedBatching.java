package io.tickshred.planner.batching;

import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * As few batches as best-fit decreasing needs, then as even as that number allows.
 *
 * <p>Listings go from the heaviest to the lightest, a listing's weight being the largest share that it takes of any
 * cap. The first pass puts each into the fullest batch that it fits and so finds the number of batches. The second pass
 * deals the same listings to that many batches, always to the emptiest; if every listing fits so, that answer is taken,
 * for even batches take finalizers equally long, and else the first one. Batches are numbered from the fullest, so that
 * the longest work starts first. Both passes take n log n steps.
 */
public final class BalancedBatching implements BatchingStrategy {
    /**
     * How many batches that may or may not fit are tried for a listing before one that surely does. With several tables
     * a batch may be full in one and still take a listing that has no rows in it.
     */
    private static final int TRIES = 16;

    private static final Comparator<Bin> BY_FULLNESS =
            Comparator.<Bin>comparingDouble(bin -> bin.fullness).thenComparingInt(bin -> bin.number);

    @Override
    public List<PackedBatch> pack(ListingType type, List<ListingSize> sizes, List<BatchCaps> caps) {
        Comparator<String> order = ListingOrder.of(type);
        Load load = new Load(caps);
        List<Item> items = new ArrayList<>(sizes.size());
        for (ListingSize size : sizes) {
            long[] vector = load.vector(size);
            items.add(new Item(size.listing(), vector, load.fullness(vector)));
        }
        items.sort(Comparator.<Item>comparingDouble(item -> -item.weight).thenComparing(item -> item.listing, order));

        List<Bin> bins = new ArrayList<>();
        List<Item> fitting = new ArrayList<>();
        for (Item item : items) {
            if (load.fits(load.none(), item.load)) {
                fitting.add(item);
            } else {
                Bin alone = new Bin(bins.size(), load, true);
                alone.add(item);
                bins.add(alone);
            }
        }
        List<Bin> tight = bestFit(fitting, load);
        bins.addAll(even(fitting, load, tight.size()).orElse(tight));
        return number(bins, order);
    }

    private static List<Bin> bestFit(List<Item> items, Load load) {
        List<Bin> bins = new ArrayList<>();
        TreeSet<Bin> byFullness = new TreeSet<>(BY_FULLNESS);
        for (Item item : items) {
            Bin bin = fullestThatFits(byFullness, item, load);
            if (bin == null) {
                bin = new Bin(bins.size(), load, false);
                bins.add(bin);
            } else {
                byFullness.remove(bin);
            }
            bin.add(item);
            byFullness.add(bin);
        }
        return bins;
    }

    private static @org.jspecify.annotations.Nullable Bin fullestThatFits(
            TreeSet<Bin> byFullness, Item item, Load load) {
        int tries = 0;
        for (Bin bin : byFullness.descendingSet()) {
            if (load.fits(bin.load, item.load)) {
                return bin;
            }
            if (++tries == TRIES) {
                break;
            }
        }
        // Whatever the dimension, a batch this empty takes a listing of this weight but for rounding.
        Bin sure = byFullness.floor(Bin.probe(1 - item.weight));
        return sure != null && load.fits(sure.load, item.load) ? sure : null;
    }

    private static Optional<List<Bin>> even(List<Item> items, Load load, int count) {
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bins.add(new Bin(i, load, false));
        }
        PriorityQueue<Bin> emptiest = new PriorityQueue<>(BY_FULLNESS);
        emptiest.addAll(bins);
        for (Item item : items) {
            Bin bin = emptiest.remove();
            if (!load.fits(bin.load, item.load)) {
                return Optional.empty();
            }
            bin.add(item);
            emptiest.add(bin);
        }
        return Optional.of(bins);
    }

    private static List<PackedBatch> number(List<Bin> bins, Comparator<String> order) {
        bins.forEach(bin -> bin.listings.sort(order));
        bins.sort(
                Comparator.<Bin>comparingDouble(bin -> -bin.fullness).thenComparing(bin -> bin.listings.get(0), order));
        List<PackedBatch> batches = new ArrayList<>(bins.size());
        for (Bin bin : bins) {
            batches.add(new PackedBatch(new Batch(batches.size(), bin.listings), bin.oversized));
        }
        return batches;
    }

    private record Item(String listing, long[] load, double weight) {}

    private static final class Bin {
        final int number;
        final Load caps;
        final boolean oversized;
        final long[] load;
        final List<String> listings = new ArrayList<>();
        double fullness;

        Bin(int number, Load caps, boolean oversized) {
            this.number = number;
            this.caps = caps;
            this.oversized = oversized;
            this.load = caps.none();
        }

        /** What no bin equals: stands above every bin of this fullness. */
        static Bin probe(double fullness) {
            Bin probe = new Bin(Integer.MAX_VALUE, new Load(List.of()), false);
            probe.fullness = fullness;
            return probe;
        }

        void add(Item item) {
            caps.add(load, item.load);
            listings.add(item.listing);
            fullness = caps.fullness(load);
        }
    }
}
