package io.tickshred.planner.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batches while they are filled by best fit: what comes goes into the fullest one that it fits, else into a new one.
 */
final class Bins {
    /**
     * How many batches that may or may not fit are tried for a listing before one that surely does. With several tables
     * a batch may be full in one and still take a listing that has no rows in it.
     */
    private static final int TRIES = 16;

    static final Comparator<Bin> BY_FULLNESS =
            Comparator.<Bin>comparingDouble(bin -> bin.fullness).thenComparingInt(bin -> bin.number);

    private final Load load;
    private final List<Bin> all = new ArrayList<>();
    private final TreeSet<Bin> byFullness = new TreeSet<>(BY_FULLNESS);

    Bins(Load load) {
        this.load = load;
    }

    List<Bin> all() {
        return all;
    }

    /**
     * Adds to the fullest that it fits, or to a new one.
     *
     * @param more what is added
     * @param weight the largest share of a cap that it takes
     * @param into adds it to the batch chosen
     */
    void fullestThatFits(long[] more, double weight, Consumer<Bin> into) {
        Bin bin = fullestThatFits(byFullness, more, weight, load);
        if (bin == null) {
            bin = new Bin(all.size(), load, false);
            all.add(bin);
        } else {
            byFullness.remove(bin);
        }
        into.accept(bin);
        byFullness.add(bin);
    }

    static @Nullable Bin fullestThatFits(TreeSet<Bin> byFullness, long[] more, double weight, Load load) {
        int tries = 0;
        for (Bin bin : byFullness.descendingSet()) {
            if (load.fits(bin.load, more)) {
                return bin;
            }
            if (++tries == TRIES) {
                break;
            }
        }
        // Whatever the dimension, a batch this empty takes a listing of this weight but for rounding.
        Bin sure = byFullness.floor(Bin.probe(1 - weight));
        return sure != null && load.fits(sure.load, more) ? sure : null;
    }
}
