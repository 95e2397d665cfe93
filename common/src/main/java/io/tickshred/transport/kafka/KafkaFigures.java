package io.tickshred.transport.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSpec;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.DoubleStream;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The figures of all Kafka clients of a process, those of the same purpose taken together. There must be one for each
 * registry: a second would find its series taken, and what it counts would be lost. Thread-safe.
 */
public final class KafkaFigures {
    private final MeterRegistry registry;
    private final Map<String, Figure> figures = new ConcurrentHashMap<>();

    public KafkaFigures(MeterRegistry registry) {
        this.registry = registry;
    }

    void add(MeterSpec spec, String purpose, KafkaMetric metric) {
        figure(spec, purpose).clients.add(metric);
    }

    /** The client is going; what it counted stays counted. */
    void remove(MeterSpec spec, String purpose, KafkaMetric metric) {
        Figure figure = figure(spec, purpose);
        if (figure.clients.remove(metric)) {
            figure.gone.add(zeroIfUnknown(value(metric)));
        }
    }

    private Figure figure(MeterSpec spec, String purpose) {
        return figures.computeIfAbsent(spec.name() + " " + purpose, key -> {
            Figure figure = new Figure();
            if (spec.kind() == MeterSpec.Kind.COUNTER) {
                spec.counter(registry, figure, Figure::total, purpose);
            } else {
                spec.gauge(registry, figure, Figure::greatest, purpose);
            }
            return figure;
        });
    }

    private static double value(KafkaMetric metric) {
        return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static double zeroIfUnknown(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    /** One exported series. */
    private static final class Figure {
        private final Set<KafkaMetric> clients = ConcurrentHashMap.newKeySet();
        private final DoubleAdder gone = new DoubleAdder();

        double total() {
            return gone.sum() + values().map(KafkaFigures::zeroIfUnknown).sum();
        }

        double greatest() {
            return values().filter(Double::isFinite).max().orElse(Double.NaN);
        }

        private DoubleStream values() {
            return clients.stream().mapToDouble(KafkaFigures::value);
        }
    }
}
