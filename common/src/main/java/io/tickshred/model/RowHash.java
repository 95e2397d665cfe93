package io.tickshred.model;

import java.util.regex.Pattern;

/**
 * Order-independent hash of a multiset of rows: the sum modulo 2^64 of one 64-bit hash a row, over all output columns.
 * Sums of parts add up to the hash of the whole. Shown as 16 hexadecimal digits. The hash of a row is DuckDB's
 * {@code hash(column, …)}, so that values compare only under one {@link #ALGORITHM}.
 */
public record RowHash(long bits) {
    /** Name recorded beside every stored hash; a reader with another one must not compare. */
    public static final String ALGORITHM = "duckdb-2.0-hash-sum64";

    public static final RowHash ZERO = new RowHash(0);
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

    public static RowHash parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("row hash must be 16 hexadecimal digits: " + text);
        }
        return new RowHash(Long.parseUnsignedLong(text, 16));
    }

    public RowHash plus(RowHash other) {
        return new RowHash(bits + other.bits);
    }

    @Override
    public String toString() {
        return "%016x".formatted(bits);
    }
}
