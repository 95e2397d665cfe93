package io.tickshred.model;

/**
 * A set of row numbers of one object, told by how many they are and by a fingerprint: the sum modulo 2^64 of
 * {@code mix(n + 1) - mix(n)} over its numbers {@code n}. Those of disjoint sets add up; that of a range follows from
 * its ends, because the sum telescopes, so that nobody need go over an object's rows to know what they must add up to.
 * A number that is missing or there twice changes it as a hash of 64 bits would.
 */
public record RowNumbers(long rows, RowHash print) {
    public static final RowNumbers NONE = new RowNumbers(0, RowHash.ZERO);

    /** Put between two rounds: one alone gives twice a number twice the number's value too often. */
    public static final long SALT = 0x9e3779b97f4a7c15L;

    private static final long FACTOR = 0xd6e8feb86659fd93L;

    public RowNumbers {
        if (rows < 0) {
            throw new IllegalArgumentException("rows must not be negative: " + rows);
        }
    }

    /** The numbers from the first on. */
    public static RowNumbers range(long first, long rows) {
        return new RowNumbers(rows, new RowHash(mix(first + rows) - mix(first)));
    }

    public RowNumbers plus(RowNumbers other) {
        return new RowNumbers(Math.addExact(rows, other.rows), print.plus(other.print));
    }

    /** DuckDB's {@code hash} of its {@code hash} of a BIGINT, salted in between. */
    public static long mix(long number) {
        return hash(hash(number) ^ SALT);
    }

    private static long hash(long number) {
        long x = number;
        x = (x ^ (x >>> 32)) * FACTOR;
        x = (x ^ (x >>> 32)) * FACTOR;
        return x ^ (x >>> 32);
    }
}
