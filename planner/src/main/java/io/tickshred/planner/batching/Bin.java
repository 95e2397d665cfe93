package io.tickshred.planner.batching;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A batch while it is filled. */
final class Bin {
    final int number;
    final Load caps;
    final boolean oversized;
    final long[] load;
    final List<ListingGroup> groups = new ArrayList<>();
    int listings;
    /** Least place of its groups in listing order. */
    int first = Integer.MAX_VALUE;

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

    /**
     * Adds a group.
     *
     * @param place of the group in listing order
     */
    void add(ListingGroup group, int place, long[] weight) {
        caps.add(load, weight);
        groups.add(group);
        listings += group.listings().size();
        first = Math.min(first, place);
        fullness = caps.fullness(load);
    }

    /** Adds all that another holds. */
    void add(Bin other) {
        caps.add(load, other.load);
        groups.addAll(other.groups);
        listings += other.listings;
        first = Math.min(first, other.first);
        fullness = caps.fullness(load);
    }

    /** The batches, numbered in the order of the bins. */
    static List<PackedBatch> numbered(List<Bin> bins, ListingType type) {
        List<PackedBatch> batches = new ArrayList<>(bins.size());
        for (Bin bin : bins) {
            List<String> listings = ListingOrder.sorted(
                    type,
                    bin.groups.stream()
                            .flatMap(group -> group.listings().stream())
                            .toList());
            List<Long> rows = Arrays.stream(bin.caps.rows(bin.load)).boxed().toList();
            List<Long> bytes = Arrays.stream(bin.caps.bytes(bin.load)).boxed().toList();
            batches.add(new PackedBatch(
                    new Batch(batches.size(), listings, Optional.of(rows), Optional.of(bytes)),
                    bin.fullness,
                    bin.oversized));
        }
        return batches;
    }
}
