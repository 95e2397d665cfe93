package io.tickshred.fleet;

import io.tickshred.duckdb.MemoryBudget;
import java.lang.management.ManagementFactory;

/**
 * How a process divides the memory that its container gives it: Java heap, one DuckDB for each slot, and a reserve for
 * threads, buffers of transfers and the code itself. All in bytes.
 */
public record MemoryPlan(long container, long heap, long reserve, int slots, MemoryBudget slot) {
    /** What a JVM with network clients needs beside heap and DuckDB: metaspace, threads, code, direct buffers. */
    private static final long RESERVE = 320L << 20;

    private static final long LEAST_FOR_A_SLOT = 64L << 20;
    private static final long MOST_FOR_A_SLOT = 8L << 30;

    /**
     * Divides what this process was given.
     *
     * @throws IllegalArgumentException if it is too little for the slots
     */
    public static MemoryPlan ofThisProcess(int slots) {
        return of(containerBytes(), Runtime.getRuntime().maxMemory(), slots, processors());
    }

    /** Divides the given memory; DuckDB gets what heap and reserve leave, at most 8 GiB a slot. */
    public static MemoryPlan of(long container, long heap, int slots, int processors) {
        long forSlot = (container - heap - RESERVE) / slots;
        if (forSlot < LEAST_FOR_A_SLOT) {
            throw new IllegalArgumentException("too little memory for " + slots + " slots: of " + mib(container)
                    + " the heap takes " + mib(heap) + " and the reserve " + mib(RESERVE)
                    + "; give the process more, a smaller -Xmx or fewer slots");
        }
        return new MemoryPlan(
                container,
                heap,
                RESERVE,
                slots,
                new MemoryBudget(Math.min(forSlot, MOST_FOR_A_SLOT), Math.max(1, processors / slots)));
    }

    /** The same plan with another limit for each DuckDB. */
    public MemoryPlan withSlotBytes(long bytes) {
        return new MemoryPlan(container, heap, reserve, slots, new MemoryBudget(bytes, slot.threads()));
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
        return "container " + mib(container) + ", heap " + mib(heap) + ", reserve " + mib(reserve) + ", " + slots
                + " slots of " + mib(slot.duckdbBytes()) + " and " + slot.threads() + " threads for DuckDB";
    }
}
