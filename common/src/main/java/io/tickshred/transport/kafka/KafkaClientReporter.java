package io.tickshred.transport.kafka;

import io.tickshred.meter.MeterSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Exports figures of one Kafka client as long as the client lives. Kafka makes it by name, hands it the client's
 * properties, and closes it with the client; so producers, consumers, share consumers and admin clients are all alike.
 * Micrometer's own binder knows no share consumers.
 */
public final class KafkaClientReporter implements MetricsReporter {
    /** Property that holds the {@link KafkaFigures} to add to. */
    static final String FIGURES = "tickshred.figures";

    /** Property that says what the client is for. */
    static final String PURPOSE = "tickshred.purpose";

    private final Set<KafkaMetric> known = ConcurrentHashMap.newKeySet();
    private Target target = new Target(null, "");

    private record Target(@Nullable KafkaFigures figures, String purpose) {}

    @Override
    public void configure(Map<String, ?> configs) {
        target = new Target(
                (KafkaFigures) Objects.requireNonNull(configs.get(FIGURES), FIGURES),
                String.valueOf(configs.get(PURPOSE)));
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
        metrics.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        MeterSpec spec = spec(metric);
        KafkaFigures figures = target.figures();
        if (spec != null && figures != null && known.add(metric)) {
            figures.add(spec, target.purpose(), metric);
        }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
        MeterSpec spec = spec(metric);
        KafkaFigures figures = target.figures();
        if (spec != null && figures != null && known.remove(metric)) {
            figures.remove(spec, target.purpose(), metric);
        }
    }

    /** Of the whole client alone: Kafka has figures of the same names by topic, partition or broker. */
    private static @Nullable MeterSpec spec(KafkaMetric metric) {
        boolean ofClient = metric.metricName().tags().keySet().equals(Set.of("client-id"));
        return ofClient
                ? KafkaClientMeters.find(
                        metric.metricName().group(), metric.metricName().name())
                : null;
    }

    @Override
    public void close() {
        Set.copyOf(known).forEach(this::metricRemoval);
    }
}
