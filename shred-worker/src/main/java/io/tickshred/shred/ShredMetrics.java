package io.tickshred.shred;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.time.Duration;
import java.util.List;

/** What a worker counts: rows by where they went, bytes fetched and staged, and how long a chunk takes. */
final class ShredMetrics {
    private static final MeterSpec ROWS = MeterSpec.counter(
                    "tickshred.shred.rows",
                    "Source rows by where they went, attempts that lost included; the sum of all is the rows of the sources"
                            + " read")
            .in("rows")
            .tagged("to")
            .watched(
                    "rate 0 while tickshred_queue_backlog_tasks{queue=\"chunk-tasks\"} is above 0: BacklogNotMoving says it");
    private static final MeterSpec FETCHED = MeterSpec.counter(
                    "tickshred.shred.fetched", "Bytes of column chunks fetched from sources")
            .in("bytes")
            .watched("The rate is what the network gives; flat at a known limit, more workers do not help");
    private static final MeterSpec STAGED = MeterSpec.counter(
                    "tickshred.shred.staged", "Bytes staged, attempts that lost included")
            .in("bytes")
            .watched("Far above tickshred_finalizer_bytes_total over days: many attempts are lost");
    private static final MeterSpec PRUNED = MeterSpec.counter(
                    "tickshred.shred.pruned", "Row groups not fetched because they hold no wanted listing")
            .in("rowgroups")
            .watched("0 with a small universe: the sources are not sorted by listing, and all of them is fetched");
    private static final MeterSpec CHUNK = MeterSpec.timer(
                    "tickshred.shred.chunk", "Time from taking a chunk to its staged run")
            .watched(
                    "A mean that grows from day to day: chunks grew, or the store slowed down (tickshred_s3_requests)");

    private final Counter routed;
    private final Counter filtered;
    private final Counter outside;
    private final Counter fetchedBytes;
    private final Counter stagedBytes;
    private final Counter prunedRowGroups;
    private final Timer duration;

    ShredMetrics(MeterRegistry registry) {
        routed = ROWS.counter(registry, "routed");
        filtered = ROWS.counter(registry, "filtered");
        outside = ROWS.counter(registry, "outside");
        fetchedBytes = FETCHED.counter(registry);
        stagedBytes = STAGED.counter(registry);
        prunedRowGroups = PRUNED.counter(registry);
        duration = CHUNK.timer(registry);
    }

    static MeterSection section() {
        return new MeterSection(
                "Shredding",
                "Of a shred worker.",
                List.of(MeterSection.SHRED_WORKER),
                List.of(ROWS, FETCHED, STAGED, PRUNED, CHUNK));
    }

    void done(ShreddedChunk chunk, Duration took) {
        routed.increment(chunk.routed());
        filtered.increment(chunk.filtered());
        outside.increment(chunk.outside());
        fetchedBytes.increment(chunk.fetchedBytes());
        stagedBytes.increment(chunk.run().sizeBytes());
        prunedRowGroups.increment(chunk.prunedRowGroups());
        duration.record(took);
    }
}
