package io.tickshred.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeterSpecTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Set<String> scraped() {
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toSet());
    }

    @Test
    void theNamesThatItTellsAreThoseInAScrape() {
        MeterSpec counter = MeterSpec.counter("a.things", "Things").tagged("kind");
        MeterSpec bytes = MeterSpec.counter("a.read", "Read").in("bytes");
        MeterSpec gauge = MeterSpec.gauge("a.free", "Free").in("bytes");
        MeterSpec timer = MeterSpec.timer("a.request", "Requests").bounded(Duration.ofMillis(5));
        MeterSpec plain = MeterSpec.timer("a.task", "Tasks");
        MeterSpec summary = MeterSpec.summary("a.error", "Error");
        MeterSpec foreign = MeterSpec.gauge("b.latency.avg", "Latency").measuredIn("milliseconds");

        counter.counter(registry, "red").increment();
        bytes.counter(registry).increment();
        gauge.gauge(registry, new AtomicInteger(), AtomicInteger::get);
        timer.timer(registry).record(Duration.ofMillis(1));
        plain.timer(registry).record(Duration.ofMillis(1));
        summary.summary(registry).record(1);
        foreign.gauge(registry, new AtomicInteger(), AtomicInteger::get);

        assertThat(scraped())
                .isEqualTo(List.of(counter, bytes, gauge, timer, plain, summary, foreign).stream()
                        .flatMap(spec -> spec.series().stream())
                        .collect(Collectors.toSet()))
                .contains(
                        "a_things_total",
                        "a_read_bytes_total",
                        "a_free_bytes",
                        "a_request_seconds_bucket",
                        "b_latency_avg");
    }

    @Test
    void aTagTooFewOrTooManyIsRefused() {
        MeterSpec spec = MeterSpec.counter("a.things", "Things").tagged("kind");

        assertThatThrownBy(() -> spec.counter(registry)).hasMessageContaining("has the tags [kind]");
        assertThatThrownBy(() -> spec.counter(registry, "a", "b")).hasMessageContaining("[kind]");
    }

    @Test
    void aSpecIsOnlyUsedAsWhatItIs() {
        assertThatThrownBy(() -> MeterSpec.gauge("a.free", "Free").counter(registry))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new GaugeTable(MeterSpec.counter("a.things", "Things"), registry))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rowsOfATableThatAreNotSetAgainAreGone() {
        GaugeTable table = new GaugeTable(MeterSpec.gauge("a.day", "Days").tagged("date"), registry);

        table.set(List.of(new GaugeTable.Row(List.of("2026-01-05"), 1), new GaugeTable.Row(List.of("2026-01-06"), 2)));
        table.set(List.of(new GaugeTable.Row(List.of("2026-01-06"), 3)));

        assertThat(registry.scrape().lines().filter(line -> line.startsWith("a_day")))
                .containsExactly("a_day{date=\"2026-01-06\"} 3.0");
    }
}
