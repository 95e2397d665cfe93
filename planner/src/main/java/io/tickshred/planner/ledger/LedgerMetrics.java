package io.tickshred.planner.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.message.ChunkResult;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.planner.ledger.LedgerState.End;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the ledger counts. */
final class LedgerMetrics {
    private static final MeterSpec RESULTS = MeterSpec.counter(
                    "tickshred.ledger.results", "Chunk results folded by outcome, duplicates included")
            .tagged("outcome")
            .watched("rate 0 while tickshred_ledger_plans_open is above 0: no worker reports");
    private static final MeterSpec ENDED = MeterSpec.counter(
                    "tickshred.ledger.plans.ended", "Plans that left the ledger: complete, failed or superseded")
            .tagged("end")
            .ruled("DayFailed");
    private static final MeterSpec OPEN = MeterSpec.gauge(
                    "tickshred.ledger.plans.open", "Plans of which chunks are out, of the partitions of this planner")
            .ruled("NoWorkerForOpenPlans");

    private final Map<ChunkResult.Outcome, Counter> results = new EnumMap<>(ChunkResult.Outcome.class);
    private final Map<End, Counter> ended = new EnumMap<>(End.class);
    private final AtomicInteger open = new AtomicInteger();

    LedgerMetrics(MeterRegistry registry) {
        for (ChunkResult.Outcome outcome : ChunkResult.Outcome.values()) {
            results.put(outcome, RESULTS.counter(registry, tag(outcome)));
        }
        for (End end : End.values()) {
            ended.put(end, ENDED.counter(registry, tag(end)));
        }
        OPEN.gauge(registry, open, AtomicInteger::get);
    }

    static MeterSection section() {
        return new MeterSection(
                "Ledger",
                "Of the planner's ledger; each planner counts for the partitions that it has.",
                List.of(MeterSection.PLANNER),
                List.of(RESULTS, ENDED, OPEN));
    }

    void result(ChunkResult.Outcome outcome) {
        counter(results, outcome).increment();
    }

    void ended(End end) {
        counter(ended, end).increment();
    }

    void open(int plans) {
        open.set(plans);
    }

    private static <K> Counter counter(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + key);
        }
        return counter;
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
