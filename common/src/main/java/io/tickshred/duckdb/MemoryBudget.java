package io.tickshred.duckdb;

/**
 * How much native memory a DuckDB may use and with how many threads, and where it may spill.
 *
 * @param duckdbBytes DuckDB's {@code memory_limit}
 * @param threads DuckDB's threads
 */
public record MemoryBudget(long duckdbBytes, int threads) {
    /** The least that DuckDB runs with: enough to parse and bind, not to sort. */
    public static final MemoryBudget LEAST = new MemoryBudget(32L << 20, 1);

    public MemoryBudget {
        if (duckdbBytes < 32L << 20) {
            throw new IllegalArgumentException("DuckDB needs at least 32 MiB: " + duckdbBytes + " bytes");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1: " + threads);
        }
    }
}
