package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.List;

/**
 * Next-fit in listing order: a batch ends where the next group would pass a cap or the number of listings, so that a
 * batch is a range of listings. Groups of several listings are in the order of their first ones, and batches are then
 * ranges of groups. Costs up to twice as many batches as there need be. Batches are numbered in listing order.
 */
public final class ContiguousBatching implements BatchingStrategy {
    private final int mostListings;

    /**
     * A strategy.
     *
     * @param mostListings of a batch; a group with more has a batch of its own
     */
    public ContiguousBatching(int mostListings) {
        if (mostListings < 1) {
            throw new IllegalArgumentException("a batch must hold at least one listing: " + mostListings);
        }
        this.mostListings = mostListings;
    }

    @Override
    public List<PackedBatch> pack(ListingType type, List<ListingGroup> groups, List<BatchCaps> caps) {
        Load load = new Load(caps);
        List<Bin> bins = new ArrayList<>();
        Bin open = new Bin(0, load, false);
        for (ListingGroup group : ListingOrder.sorted(type, groups, ListingGroup::first)) {
            long[] more = load.vector(group);
            boolean alone = !load.fits(load.none(), more);
            boolean full = !load.fits(open.load, more)
                    || open.listings > mostListings - group.listings().size();
            if (open.listings > 0 && (alone || full || open.oversized)) {
                bins.add(open);
                open = new Bin(bins.size(), load, false);
            }
            if (alone) {
                open = new Bin(bins.size(), load, true);
            }
            open.add(group, bins.size(), more);
        }
        bins.add(open);
        return Bin.numbered(bins, type);
    }
}
