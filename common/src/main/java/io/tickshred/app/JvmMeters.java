package io.tickshred.app;

import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.util.List;

/** What Micrometer's binders export of the Java process, as far as dashboards and people go by it. */
public final class JvmMeters {
    private static final List<MeterSpec> METERS = List.of(
            MeterSpec.gauge("jvm.memory.used", "Memory of the JVM in use, by area (heap, nonheap) and pool")
                    .in("bytes")
                    .tagged("area", "id")
                    .ruled("HeapAlmostFull"),
            MeterSpec.gauge("jvm.memory.max", "The most that it may use; -1 where there is no limit")
                    .in("bytes")
                    .tagged("area", "id")
                    .ruled("HeapAlmostFull"),
            MeterSpec.timer("jvm.gc.pause", "Pauses for garbage collection; there from the first on")
                    .tagged("action", "cause", "gc")
                    .watched("rate(jvm_gc_pause_seconds_sum[5m]) above 0.1: a tenth of the time; give the heap more"),
            MeterSpec.gauge("jvm.threads.live", "Threads")
                    .in("threads")
                    .watched("Growing from hour to hour: a leak; report it"),
            MeterSpec.gauge("process.cpu.usage", "The process's part of the machine's processors, 0 to 1")
                    .watched("Workers near 1 with a backlog: more workers help; near 0 with a backlog: the store or the"
                            + " network does not keep up"));

    private JvmMeters() {}

    /** Their declarations. */
    public static MeterSection section() {
        return new MeterSection(
                "Java process",
                "Bound by Micrometer, which exports more of its kind (jvm_*, process_*, system_*).",
                MeterSection.ALL,
                METERS);
    }
}
