package io.tickshred.fleet;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.MemoryBudget;
import java.lang.management.ManagementFactory;

/**
 * How a process divides the memory that its container gives it: Java heap, a few DuckDBs, and a reserve for threads,
 * buffers of transfers and the code itself. All in bytes.
 */
public record MemoryPlan(long container, long heap, long reserve, int engines, MemoryBudget each) {
    /** What a JVM with network clients needs beside heap and DuckDB: metaspace, threads, code, direct buffers. */
    private static final long RESERVE = 320L << 20;

    /** From here on most chunks and batches are sorted without spilling. */
    private static final long GOOD_FOR_AN_ENGINE = 384L << 20;

    private static final long LEAST_FOR_AN_ENGINE = 64L << 20;
    private static final long MOST_FOR_AN_ENGINE = 16L << 30;

    /**
     * Divides what this process was given.
     *
     * @throws IllegalArgumentException if it is too little for the engines
     */
    public static MemoryPlan ofThisProcess(int engines) {
        return of(containerBytes(), Runtime.getRuntime().maxMemory(), engines, processors());
    }

    /**
     * How many DuckDBs do best: one for each processor while each has memory enough, but no more than there are tasks.
     */
    public static int engines(long container, long heap, int tasks, int processors) {
        long byMemory = (container - heap - RESERVE) / GOOD_FOR_AN_ENGINE;
        return (int) Math.max(1, Math.min(tasks, Math.min(byMemory, processors)));
    }

    /** Divides the given memory; DuckDB gets what heap and reserve leave, at most 16 GiB each. */
    public static MemoryPlan of(long container, long heap, int engines, int processors) {
        long forEach = (container - heap - RESERVE) / engines;
        if (forEach < LEAST_FOR_AN_ENGINE) {
            throw new IllegalArgumentException("too little memory for " + engines
                    + (engines == 1 ? " DuckDB: of " : " DuckDBs: of ") + mib(container)
                    + " the heap takes " + mib(heap) + " and the reserve " + mib(RESERVE)
                    + "; give the process more, a smaller -Xmx or fewer engines");
        }
        return new MemoryPlan(
                container,
                heap,
                RESERVE,
                engines,
                new MemoryBudget(Math.min(forEach, MOST_FOR_AN_ENGINE), Math.max(1, processors / engines)));
    }

    /** The least that a process with this heap needs, with one DuckDB, which is what little memory is given. */
    public static long leastBytes(long heap) {
        return heap + RESERVE + LEAST_FOR_AN_ENGINE;
    }

    /** What tasks take turns at. */
    public DuckDbEngines open() {
        return new DuckDbEngines(engines, each);
    }

    /** The same plan with another limit for each DuckDB. */
    public MemoryPlan withEngineBytes(long bytes) {
        return new MemoryPlan(container, heap, reserve, engines, new MemoryBudget(bytes, each.threads()));
    }

    /** Memory of the container, or of the machine where there is none. */
    public static long containerBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory() * 4;
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static String mib(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    @Override
    public String toString() {
        return "container " + mib(container) + ", heap " + mib(heap) + ", reserve " + mib(reserve) + ", " + engines
                + " DuckDB of " + mib(each.duckdbBytes()) + " and " + each.threads() + " threads each";
    }
}
