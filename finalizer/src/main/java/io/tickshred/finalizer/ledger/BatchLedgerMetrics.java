package io.tickshred.finalizer.ledger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.message.Message;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What the ledger of batches counts: how plans end. */
final class BatchLedgerMetrics {
    private static final MeterSpec ENDED = MeterSpec.counter(
                    "tickshred.batch.ledger.plans.ended",
                    "Plans that left the ledger of batches: published, failed or superseded")
            .tagged("end")
            .ruled("DayFailed");

    static final MeterSection SECTION = new MeterSection(
            "Ledger of batches",
            "Of the finalizers' ledger; each finalizer counts for the partitions that it has.",
            List.of(MeterSection.FINALIZER),
            List.of(ENDED));

    private final Map<End, Counter> ended = new EnumMap<>(End.class);

    private enum End {
        PUBLISHED,
        FAILED,
        SUPERSEDED
    }

    BatchLedgerMetrics(MeterRegistry registry) {
        for (End end : End.values()) {
            ended.put(end, ENDED.counter(registry, end.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** A plan has ended with this message. */
    void ended(Message last, boolean superseded) {
        End end = End.FAILED;
        if (superseded || last instanceof PlanSuperseded) {
            end = End.SUPERSEDED;
        } else if (last instanceof PublishResult result && result.manifest().isPresent()) {
            end = End.PUBLISHED;
        }
        Objects.requireNonNull(ended.get(end)).increment();
    }
}
