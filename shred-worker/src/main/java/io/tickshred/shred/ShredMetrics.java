package io.tickshred.shred;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tickshred.duckdb.DuckDbEngines;
import java.time.Duration;

/**
 * What a worker counts: chunks by outcome, rows by where they went, bytes fetched and staged, and how long a chunk
 * takes.
 */
final class ShredMetrics {
    private final Counter done;
    private final Counter retried;
    private final Counter failed;
    private final Counter routed;
    private final Counter filtered;
    private final Counter outside;
    private final Counter fetchedBytes;
    private final Counter stagedBytes;
    private final Counter prunedRowGroups;
    private final Timer duration;

    /**
     * Metrics of a worker.
     *
     * @param engines that it works with; a process that runs other services too counts what they spill with it
     */
    ShredMetrics(MeterRegistry registry, DuckDbEngines engines) {
        FunctionCounter.builder("tickshred.shred.spilled", engines, DuckDbEngines::spilledBytes)
                .description("Bytes that did not fit in DuckDB's memory and went through scratch disk")
                .baseUnit("bytes")
                .register(registry);
        done = outcome(registry, "done");
        retried = outcome(registry, "retried");
        failed = outcome(registry, "failed");
        routed = rows(registry, "routed");
        filtered = rows(registry, "filtered");
        outside = rows(registry, "outside");
        fetchedBytes = Counter.builder("tickshred.shred.fetched")
                .description("Bytes of column chunks fetched from sources")
                .baseUnit("bytes")
                .register(registry);
        stagedBytes = Counter.builder("tickshred.shred.staged")
                .description("Bytes staged, attempts that lost included")
                .baseUnit("bytes")
                .register(registry);
        prunedRowGroups = Counter.builder("tickshred.shred.pruned")
                .description("Row groups not fetched because they hold no wanted listing")
                .baseUnit("rowgroups")
                .register(registry);
        duration = Timer.builder("tickshred.shred.chunk")
                .description("Time from taking a chunk to its staged run")
                .register(registry);
    }

    private static Counter outcome(MeterRegistry registry, String outcome) {
        return Counter.builder("tickshred.shred.tasks")
                .description("Tasks of chunk-tasks by outcome; alert when failed rises")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter rows(MeterRegistry registry, String to) {
        return Counter.builder("tickshred.shred.rows")
                .description("Source rows by where they went; the sum of all is the rows of the sources read")
                .baseUnit("rows")
                .tag("to", to)
                .register(registry);
    }

    void done(ShreddedChunk chunk, Duration took) {
        done.increment();
        routed.increment(chunk.routed());
        filtered.increment(chunk.filtered());
        outside.increment(chunk.outside());
        fetchedBytes.increment(chunk.fetchedBytes());
        stagedBytes.increment(chunk.run().sizeBytes());
        prunedRowGroups.increment(chunk.prunedRowGroups());
        duration.record(took);
    }

    void failed(boolean retrying) {
        (retrying ? retried : failed).increment();
    }
}
