package io.tickshred.model;

/** What must agree between shredded and published rows: their number and their order-independent hash. */
public record Proof(long rows, RowHash hash) {
    public static final Proof EMPTY = new Proof(0, RowHash.ZERO);

    public Proof {
        if (rows < 0) {
            throw new IllegalArgumentException("rows must not be negative: " + rows);
        }
    }

    public Proof plus(Proof other) {
        return new Proof(Math.addExact(rows, other.rows), hash.plus(other.hash));
    }

    @Override
    public String toString() {
        return rows + " rows, hash " + hash;
    }
}
