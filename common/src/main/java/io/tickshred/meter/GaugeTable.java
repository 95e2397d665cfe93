package io.tickshred.meter;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A gauge whose series come and go: of the days in progress, say. What is not among the newest rows is exported no
 * more.
 */
public final class GaugeTable {
    private final MeterSpec spec;
    private final MultiGauge gauge;

    /** One series. */
    public record Row(List<String> tags, double value) {
        public Row {
            tags = List.copyOf(tags);
        }
    }

    public GaugeTable(MeterSpec spec, MeterRegistry registry) {
        if (spec.kind() != MeterSpec.Kind.GAUGE) {
            throw new IllegalArgumentException(spec.name() + " must be a gauge: " + Meter.Type.GAUGE);
        }
        this.spec = spec;
        this.gauge = MultiGauge.builder(spec.name())
                .description(spec.meaning())
                .baseUnit(spec.unit().orElse(null))
                .register(registry);
    }

    /** Takes the place of all rows before. */
    public void set(List<Row> rows) {
        gauge.register(
                rows.stream()
                        .map(row -> MultiGauge.Row.of(spec.labels(row.tags().toArray(String[]::new)), row.value()))
                        .collect(Collectors.toList()),
                true);
    }
}
