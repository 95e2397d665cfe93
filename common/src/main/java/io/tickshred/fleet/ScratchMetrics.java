package io.tickshred.fleet;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.nio.file.Path;
import java.util.List;

/** What an instance has left of its scratch disk, and how much of it DuckDB needs because memory does not do. */
public final class ScratchMetrics {
    static final MeterSpec FREE = MeterSpec.gauge("tickshred.scratch.free", "Space left on the scratch disk")
            .in("bytes")
            .ruled("ScratchAlmostFull");

    static final MeterSpec SIZE = MeterSpec.gauge("tickshred.scratch.size", "Size of the scratch disk")
            .in("bytes")
            .watched("What tickshred_scratch_free_bytes is a part of");

    static final MeterSpec SPILLED = MeterSpec.counter(
                    "tickshred.scratch.spilled",
                    "Bytes that DuckDB's sessions had on scratch disk at their peak, because their memory did not hold them")
            .in("bytes")
            .watched(
                    "A rate near that of tickshred_shred_fetched_bytes_total: chunks are too large for the memory; raise"
                            + " the workers' memory or tell the planner the right WORKER_MEMORY");

    /** Of every service. */
    public static final MeterSection DISK =
            new MeterSection("Scratch disk", "Of the instance that exports it.", MeterSection.ALL, List.of(FREE, SIZE));

    /** Of those with engines. */
    public static final MeterSection SPILL = new MeterSection(
            "Spill",
            "What does not fit into DuckDB's memory.",
            List.of(MeterSection.SHRED_WORKER, MeterSection.FINALIZER),
            List.of(SPILLED));

    private ScratchMetrics() {}

    /**
     * Of a scratch directory.
     *
     * @param scratch exists
     */
    public static void bind(MeterRegistry registry, Path scratch) {
        if (registry.find(FREE.name()).gauge() != null) {
            return; // services in one process share registry and disk
        }
        FREE.gauge(registry, scratch, path -> path.toFile().getUsableSpace());
        SIZE.gauge(registry, scratch, path -> path.toFile().getTotalSpace());
    }

    /** Of a scratch directory and the engines that spill to it. */
    public static void bind(MeterRegistry registry, Path scratch, DuckDbEngines engines) {
        bind(registry, scratch);
        if (registry.find(SPILLED.name()).functionCounter() != null) {
            return;
        }
        SPILLED.counter(registry, engines, DuckDbEngines::spilledBytes);
    }
}
