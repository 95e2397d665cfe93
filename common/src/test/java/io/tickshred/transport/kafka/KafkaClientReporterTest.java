package io.tickshred.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class KafkaClientReporterTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final KafkaFigures figures = new KafkaFigures(registry);

    /** Kafka's own registry of a client, with the reporter as Kafka sets it up. */
    private Metrics client(String purpose) {
        KafkaClientReporter reporter = new KafkaClientReporter();
        reporter.configure(Map.of(KafkaClientReporter.FIGURES, figures, KafkaClientReporter.PURPOSE, purpose));
        return new Metrics(new MetricConfig(), List.of(reporter), Time.SYSTEM);
    }

    private static void add(Metrics client, String name, double value, Map<String, String> tags) {
        client.addMetric(new MetricName(name, "producer-metrics", "", tags), (Gauge<Double>) (config, now) -> value);
    }

    private static final Map<String, String> OF_CLIENT = Map.of("client-id", "planner-1-ledger");

    private double sent(String purpose) {
        return registry.get("kafka.producer.record.send")
                .tag("client", purpose)
                .functionCounter()
                .count();
    }

    @Test
    void clientsOfOnePurposeCountTogetherAndWhatAClosedOneCountedStays() {
        Metrics first = client("ledger");
        Metrics second = client("ledger");
        Metrics other = client("publisher");
        add(first, "record-send-total", 5, OF_CLIENT);
        add(second, "record-send-total", 7, OF_CLIENT);
        add(other, "record-send-total", 1, OF_CLIENT);

        double both = sent("ledger");
        first.close();

        assertThat(both).isEqualTo(12);
        assertThat(sent("ledger")).isEqualTo(12);
        assertThat(sent("publisher")).isEqualTo(1);
        second.close();
        other.close();
    }

    @Test
    void ofAveragesTheWorstCountsAndOfClosedClientsNone() {
        Metrics first = client("ledger");
        Metrics second = client("ledger");
        add(first, "request-latency-avg", 40, OF_CLIENT);
        add(second, "request-latency-avg", Double.NaN, OF_CLIENT);
        io.micrometer.core.instrument.Gauge latency = registry.get("kafka.producer.request.latency.avg")
                .tag("client", "ledger")
                .gauge();

        double worst = latency.value();
        first.close();

        assertThat(worst).isEqualTo(40);
        assertThat(latency.value()).isNaN();
        second.close();
    }

    @Test
    void figuresByTopicAndThoseThatNobodyDeclaredAreLeftOut() {
        try (Metrics client = client("ledger")) {
            add(client, "record-send-total", 5, Map.of("client-id", "c", "topic", "t"));
            add(client, "batch-size-avg", 5, OF_CLIENT);
        }

        assertThat(registry.getMeters()).isEmpty();
    }
}
