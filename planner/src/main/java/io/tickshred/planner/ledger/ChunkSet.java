package io.tickshred.planner.ledger;

import java.util.BitSet;

/** An immutable set of chunk numbers, one bit each: a hundred thousand chunks are 12 KB. */
final class ChunkSet {
    static final ChunkSet EMPTY = new ChunkSet(new BitSet(), 0);

    private final BitSet bits;
    private final int size;

    private ChunkSet(BitSet bits, int size) {
        this.bits = bits;
        this.size = size;
    }

    boolean contains(int chunk) {
        return bits.get(chunk);
    }

    int size() {
        return size;
    }

    ChunkSet with(int chunk) {
        if (contains(chunk)) {
            return this;
        }
        BitSet more = (BitSet) bits.clone();
        more.set(chunk);
        return new ChunkSet(more, size + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return size + " chunks";
    }
}
