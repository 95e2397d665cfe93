package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import java.util.Arrays;
import java.util.List;

/**
 * How many batches there must be at least, whatever the strategy: for each cap by itself the bound L2 of Martello and
 * Toth (Knapsack Problems, 1990, section 8.3.2), which counts the groups that are too heavy to share a batch, and the
 * greatest of these. A group over a cap takes a batch for itself.
 */
public final class LowerBound {
    /** Sums of weights are exact up to here. */
    private static final double ROUNDING = 1e-9;

    private LowerBound() {}

    /** The bound for packing these groups under these caps; takes n log n steps for each cap. */
    public static int of(List<ListingGroup> groups, List<BatchCaps> caps) {
        Load load = new Load(caps);
        long[][] vectors = groups.stream().map(load::vector).toArray(long[][]::new);
        long[][] fitting = Arrays.stream(vectors)
                .filter(vector -> load.fits(load.none(), vector))
                .toArray(long[][]::new);
        int bound = fitting.length == 0 ? 0 : 1;
        for (int d = 0; d < load.dimensions(); d++) {
            int dimension = d;
            bound = Math.max(
                    bound,
                    l2(
                            Arrays.stream(fitting)
                                    .mapToLong(vector -> vector[dimension])
                                    .sorted()
                                    .toArray(),
                            load.cap(d)));
        }
        return bound + vectors.length - fitting.length;
    }

    /**
     * For any k up to half the cap: groups above {@code cap - k} share with none of k or more, those above half the cap
     * do not share with each other, and what groups from k to half the cap do not find room for beside the latter needs
     * batches of its own.
     *
     * @param weights rising, none above the cap
     */
    private static int l2(long[] weights, long cap) {
        int n = weights.length;
        double[] sums = new double[n + 1];
        for (int i = 0; i < n; i++) {
            sums[i + 1] = sums[i] + weights[i];
        }
        int half = firstAbove(weights, cap / 2);
        int bound = Math.max(n - half, batches(sums[n], cap));
        for (int from = 0; from < half; from++) {
            if (from > 0 && weights[from] == weights[from - 1]) {
                continue;
            }
            int shared = firstAbove(weights, cap - weights[from]);
            double room = (double) (shared - half) * cap - (sums[shared] - sums[half]);
            bound = Math.max(bound, n - half + batches(sums[half] - sums[from] - room, cap));
        }
        return bound;
    }

    private static int batches(double weight, long cap) {
        return (int) Math.ceil(weight / cap - ROUNDING);
    }

    /** Index of the first weight above a value. */
    private static int firstAbove(long[] weights, long value) {
        int low = 0;
        int high = weights.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (weights[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
