package io.tickshred.planner.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.message.ChunkResult;
import io.tickshred.planner.ledger.LedgerState.End;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the ledger counts. Alert when {@code tickshred_ledger_plans_ended_total{end="failed"}} rises, and when
 * {@code tickshred_ledger_plans_open > 0} while {@code rate(tickshred_ledger_results_total[30m]) == 0}: no worker
 * reports.
 */
final class LedgerMetrics {
    private final Map<ChunkResult.Outcome, Counter> results = new EnumMap<>(ChunkResult.Outcome.class);
    private final Map<End, Counter> ended = new EnumMap<>(End.class);
    private final AtomicInteger open;

    LedgerMetrics(MeterRegistry registry) {
        for (ChunkResult.Outcome outcome : ChunkResult.Outcome.values()) {
            results.put(
                    outcome,
                    Counter.builder("tickshred.ledger.results")
                            .description("Chunk results folded, duplicates included")
                            .tag("outcome", tag(outcome))
                            .register(registry));
        }
        for (End end : End.values()) {
            ended.put(
                    end,
                    Counter.builder("tickshred.ledger.plans.ended")
                            .description("Plans that left the ledger")
                            .tag("end", tag(end))
                            .register(registry));
        }
        open = registry.gauge("tickshred.ledger.plans.open", new AtomicInteger());
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
