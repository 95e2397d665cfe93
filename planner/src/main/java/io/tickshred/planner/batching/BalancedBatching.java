package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * As few batches as best-fit decreasing needs, then as even as that number allows.
 *
 * <p>Groups go from the heaviest to the lightest, a group's weight being the largest share that it takes of any cap,
 * and with several tables once more the sum of its shares, as the better of the two counts. The first pass puts each
 * into the fullest batch that it fits and so finds the number of batches. The second pass deals the same groups to that
 * many batches, always to the emptiest; if every group fits so, that answer is taken, for even batches take finalizers
 * equally long, and else the first one. Batches are numbered from the fullest, so that the longest work starts first.
 * Where it is known where listings have their rows, the second pass is that of {@link AtHome}, as long as it needs
 * hardly more batches. Both passes take n log n steps.
 */
public final class BalancedBatching implements BatchingStrategy {
    @Override
    public List<PackedBatch> pack(ListingType type, List<ListingGroup> groups, List<BatchCaps> caps) {
        Load load = new Load(caps);
        List<Item> fitting = new ArrayList<>();
        List<Bin> bins = new ArrayList<>();
        int place = 0;
        for (ListingGroup group : ListingOrder.sorted(type, groups, ListingGroup::first)) {
            long[] vector = load.vector(group);
            if (load.fits(load.none(), vector)) {
                fitting.add(new Item(group, place, vector, load.fullness(vector), load.sumOfShares(vector)));
            } else {
                Bin alone = new Bin(bins.size(), load, true);
                alone.add(group, place, vector);
                bins.add(alone);
            }
            place++;
        }
        // Sorts are stable: equal ones stay in listing order.
        List<Item> bySum = new ArrayList<>(fitting);
        bySum.sort(Comparator.comparingDouble(item -> -item.sum));
        fitting.sort(Comparator.comparingDouble(item -> -item.weight));
        List<Bin> tight = bestFit(fitting, load);
        if (caps.size() > 1) {
            List<Bin> other = bestFit(bySum, load);
            tight = other.size() < tight.size() ? other : tight;
        }
        List<Bin> fewest = tight;
        bins.addAll(AtHome.pack(fitting, load, fewest)
                .orElseGet(() -> even(fitting, load, fewest.size()).orElse(fewest)));
        bins.sort(Comparator.<Bin>comparingDouble(bin -> -bin.fullness).thenComparingInt(bin -> bin.first));
        return Bin.numbered(bins, type);
    }

    private static List<Bin> bestFit(List<Item> items, Load load) {
        Bins bins = new Bins(load);
        for (Item item : items) {
            bins.fullestThatFits(item.load, item.weight, bin -> bin.add(item.group, item.place, item.load));
        }
        return bins.all();
    }

    /** In as few batches as best-fit decreasing needs, as even as they can be. */
    static List<Bin> evenly(List<Item> items, Load load) {
        List<Bin> fewest = bestFit(items, load);
        return even(items, load, fewest.size()).orElse(fewest);
    }

    private static Optional<List<Bin>> even(List<Item> items, Load load, int count) {
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bins.add(new Bin(i, load, false));
        }
        PriorityQueue<Bin> emptiest = new PriorityQueue<>(Bins.BY_FULLNESS);
        emptiest.addAll(bins);
        for (Item item : items) {
            Bin bin = emptiest.remove();
            if (!load.fits(bin.load, item.load)) {
                return Optional.empty();
            }
            bin.add(item.group, item.place, item.load);
            emptiest.add(bin);
        }
        return Optional.of(bins);
    }

    /**
     * What is packed.
     *
     * @param place in listing order
     * @param weight largest share of any cap
     * @param sum of the shares of all caps
     */
    record Item(ListingGroup group, int place, long[] load, double weight, double sum) {}
}
