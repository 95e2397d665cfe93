package io.tickshred.transport.metered;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Records by topic. */
final class RecordMetrics {
    private static final MeterSpec PUBLISHED = MeterSpec.counter(
                    "tickshred.records.published",
                    "Records given to the log by topic, those of transactions that were aborted and done again included")
            .tagged("topic")
            .ruled("DeadLetters");

    private static final MeterSpec BYTES = MeterSpec.counter(
                    "tickshred.records", "Bytes of these records' bodies, before compression")
            .in("bytes")
            .tagged("topic")
            .watched(
                    "Above 1 MB a second for one topic: look at what is in its records; batch maps and results are small");

    private static final MeterSpec HANDLED = MeterSpec.counter(
                    "tickshred.records.handled",
                    "Records that coordinators handled, by topic; those read again after a restart not included")
            .tagged("topic")
            .watched("rate 0 while tickshred_coordinator_lag_records is above 0: LedgerBehind says it");

    static final MeterSection SECTION = new MeterSection(
            "Log",
            "What a service writes to the log and reads of it.",
            MeterSection.ALL,
            List.of(PUBLISHED, BYTES, HANDLED));

    private final Map<Topic, Counter> published = new EnumMap<>(Topic.class);
    private final Map<Topic, Counter> bytes = new EnumMap<>(Topic.class);
    private final Map<Topic, Counter> handled = new EnumMap<>(Topic.class);

    RecordMetrics(MeterRegistry registry) {
        for (Topic topic : Topic.values()) {
            published.put(topic, PUBLISHED.counter(registry, topic.baseName()));
            bytes.put(topic, BYTES.counter(registry, topic.baseName()));
            handled.put(topic, HANDLED.counter(registry, topic.baseName()));
        }
    }

    void published(Outgoing record) {
        of(published, record.topic()).increment();
        of(bytes, record.topic())
                .increment(record.value().map(value -> value.length).orElse(0));
    }

    void handled(Topic topic) {
        of(handled, topic).increment();
    }

    private static Counter of(Map<Topic, Counter> counters, Topic topic) {
        return Objects.requireNonNull(counters.get(topic));
    }
}
