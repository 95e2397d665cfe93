package io.tickshred.model;

import java.util.regex.Pattern;

/**
 * Order-independent hash of what a plan's chunks read: the sum modulo 2^64 of one 64-bit hash for each source of each
 * chunk, over table, chunk, ordinal, key, etag and rows. The planner computes it from the plan, the ledger from the
 * results: equal sums of rows would not show that one object was read twice and another not at all.
 */
public record SourcesHash(long bits) {
    public static final SourcesHash ZERO = new SourcesHash(0);
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

    public static SourcesHash parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("sources hash must be 16 hexadecimal digits: " + text);
        }
        return new SourcesHash(Long.parseUnsignedLong(text, 16));
    }

    public SourcesHash plus(String table, int chunk, int ordinal, String key, String etag, long rows) {
        long hash = mix(text(table) + chunk);
        hash = mix(hash ^ ordinal);
        hash = mix(hash + text(key));
        hash = mix(hash ^ text(etag));
        hash = mix(hash + rows);
        return new SourcesHash(bits + hash);
    }

    /** FNV-1a over UTF-16 code units, so that the value is the same on every machine. */
    private static long text(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        return "%016x".formatted(bits);
    }
}
