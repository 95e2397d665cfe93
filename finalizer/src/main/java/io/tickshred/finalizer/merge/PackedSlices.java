package io.tickshred.finalizer.merge;

import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import java.util.Arrays;

/**
 * The slices of one batch over all chunks, in four words each: a finalizer holds those of a whole plan, chunks times
 * batches of them, and as objects they would take six times the memory.
 */
final class PackedSlices {
    private static final int WORDS = 4;

    private final int batch;
    private long[] words = new long[WORDS];
    private int used;

    PackedSlices(int batch) {
        this.batch = batch;
    }

    /** Takes a slice with its chunk. */
    interface Taker {
        void take(int chunk, RunSlice slice);
    }

    void add(int chunk, RunSlice slice) {
        if (used == words.length) {
            words = Arrays.copyOf(words, Math.addExact(used, Math.max(WORDS, used / WORDS / 2 * WORDS)));
        }
        words[used++] = pair(chunk, slice.file());
        words[used++] = pair(slice.firstRowGroup(), slice.rowGroups());
        words[used++] = slice.proof().rows();
        words[used++] = slice.proof().hash().bits();
    }

    /** Gives all slices in the order in which they were added. */
    void forEach(Taker taker) {
        for (int at = 0; at < used; at += WORDS) {
            Proof proof = new Proof(words[at + 2], new RowHash(words[at + 3]));
            taker.take(
                    high(words[at]),
                    new RunSlice(batch, low(words[at]), high(words[at + 1]), low(words[at + 1]), proof));
        }
    }

    private static long pair(int high, int low) {
        return (long) high << Integer.SIZE | low;
    }

    private static int high(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    private static int low(long word) {
        return (int) word;
    }
}
