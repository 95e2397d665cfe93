package io.tickshred.planner.batching;

import io.tickshred.model.BatchCaps;
import java.util.List;

/** Caps of all tables as one vector, and sums against it. Sums that pass a long are held at its end. */
final class Load {
    private final long[] caps;

    Load(List<BatchCaps> tables) {
        caps = new long[tables.size() * 2];
        for (int t = 0; t < tables.size(); t++) {
            caps[2 * t] = tables.get(t).maxRows();
            caps[2 * t + 1] = tables.get(t).maxBytes();
        }
    }

    long[] none() {
        return new long[caps.length];
    }

    long[] vector(ListingGroup size) {
        long[] load = none();
        for (int t = 0; t < size.rows().length; t++) {
            load[2 * t] = size.rows()[t];
            load[2 * t + 1] = size.bytes()[t];
        }
        return load;
    }

    /** How full a batch of this load is: its fullest dimension, 1 at the cap. */
    double fullness(long[] load) {
        double fullest = 0;
        for (int d = 0; d < caps.length; d++) {
            fullest = Math.max(fullest, (double) load[d] / caps[d]);
        }
        return fullest;
    }

    boolean fits(long[] load, long[] more) {
        for (int d = 0; d < caps.length; d++) {
            if (load[d] > caps[d] - more[d]) {
                return false;
            }
        }
        return true;
    }

    void add(long[] load, long[] more) {
        for (int d = 0; d < caps.length; d++) {
            load[d] = sum(load[d], more[d]);
        }
    }

    /** Sum of two counts, or the end of a long. */
    static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Rows for each table. */
    long[] rows(long[] load) {
        return everySecond(load, 0);
    }

    /** Bytes for each table. */
    long[] bytes(long[] load) {
        return everySecond(load, 1);
    }

    private static long[] everySecond(long[] load, int first) {
        long[] of = new long[load.length / 2];
        for (int t = 0; t < of.length; t++) {
            of[t] = load[2 * t + first];
        }
        return of;
    }

    /** All shares of the caps added up: tells of two that are as full in one dimension which has more in the others. */
    double sumOfShares(long[] load) {
        double sum = 0;
        for (int d = 0; d < caps.length; d++) {
            sum += (double) load[d] / caps[d];
        }
        return sum;
    }

    int dimensions() {
        return caps.length;
    }

    long cap(int dimension) {
        return caps[dimension];
    }
}
