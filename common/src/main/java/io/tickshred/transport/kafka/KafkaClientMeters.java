package io.tickshred.transport.kafka;

import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.meter.MeterSpec.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the Kafka clients' own figures are exported: those that say whether an instance reaches the brokers and how
 * fast. Clients have some hundred more each, by topic, partition and broker; what is missing here, brokers know better.
 */
final class KafkaClientMeters {
    /** One of Kafka's own figures, and as what it is exported. */
    record Exported(String group, String kafkaName, MeterSpec spec) {}

    private static final String LATENCY = "Compare with tickshred_s3_requests_seconds: which of the two is slow";

    static final List<Exported> ALL = List.of(
            of("producer-metrics", "record-send-total", Kind.COUNTER, "Records sent", "kafka.producer.record.send")
                    .watched("Compare with tickshred_records_published_total: more was sent again"),
            of(
                            "producer-metrics",
                            "record-error-total",
                            Kind.COUNTER,
                            "Records that could not be sent",
                            "kafka.producer.record.error")
                    .ruled("KafkaSendErrors"),
            of(
                            "producer-metrics",
                            "record-retry-total",
                            Kind.COUNTER,
                            "Records sent again after a failure that passes",
                            "kafka.producer.record.retry")
                    .watched("A rate above 1 a second for minutes: brokers are overloaded or change leaders"),
            of(
                            "producer-metrics",
                            "request-latency-avg",
                            Kind.GAUGE,
                            "Mean time of a produce request over the last half minute",
                            "kafka.producer.request.latency.avg")
                    .watched(LATENCY),
            of(
                            "consumer-fetch-manager-metrics",
                            "records-consumed-total",
                            Kind.COUNTER,
                            "Records that consumers of coordinators and views got",
                            "kafka.consumer.fetch.manager.records.consumed")
                    .watched("Far above tickshred_records_handled_total: instances replay again and again"),
            of(
                            "consumer-fetch-manager-metrics",
                            "records-lag-max",
                            Kind.GAUGE,
                            "Records that the consumer is behind, of its worst partition; absent until it fetches",
                            "kafka.consumer.fetch.manager.records.lag.max")
                    .watched(
                            "client=\"view\" above 1000 for minutes: the instance knows too little of days or batch maps"),
            of(
                            "consumer-fetch-manager-metrics",
                            "fetch-latency-avg",
                            Kind.GAUGE,
                            "Mean time of a fetch; about 500 where nothing comes",
                            "kafka.consumer.fetch.manager.fetch.latency.avg")
                    .watched(LATENCY),
            of(
                            "consumer-coordinator-metrics",
                            "rebalance-total",
                            Kind.COUNTER,
                            "Rebalances of coordinators that this instance took part in",
                            "kafka.consumer.coordinator.rebalance")
                    .ruled("CoordinatorsRebalance"),
            of(
                            "consumer-coordinator-metrics",
                            "last-heartbeat-seconds-ago",
                            Kind.GAUGE,
                            "Seconds since the last heartbeat to the group; -1 before the first",
                            "kafka.consumer.coordinator.last.heartbeat.seconds.ago")
                    .watched("Above the session timeout (10): the group goes on without this instance"),
            of(
                            "consumer-share-fetch-manager-metrics",
                            "records-consumed-total",
                            Kind.COUNTER,
                            "Tasks that slots got, redelivered ones included",
                            "kafka.consumer.share.fetch.manager.records.consumed")
                    .watched("Far above tickshred_tasks_total: tasks are lost between broker and slot"),
            of(
                            "consumer-share-fetch-manager-metrics",
                            "acknowledgements-send-total",
                            Kind.COUNTER,
                            "Acknowledgements of tasks sent, renewals of their locks included",
                            "kafka.consumer.share.fetch.manager.acknowledgements.send")
                    .watched("rate 0 while tickshred_tasks_in_flight is above 0 for minutes: locks are not renewed"),
            of(
                            "consumer-share-fetch-manager-metrics",
                            "acknowledgements-error-total",
                            Kind.COUNTER,
                            "Acknowledgements that the brokers did not take: the task is delivered again",
                            "kafka.consumer.share.fetch.manager.acknowledgements.error")
                    .ruled("TaskLocksLost"),
            of(
                            "admin-client-metrics",
                            "failed-authentication-total",
                            Kind.COUNTER,
                            "Connections that the brokers refused for their credentials",
                            "kafka.admin.client.failed.authentication")
                    .ruled("KafkaRefuses"),
            of(
                            "consumer-metrics",
                            "connection-count",
                            Kind.GAUGE,
                            "Connections to brokers that consumers have open",
                            "kafka.consumer.connection.count")
                    .watched("0: the instance reaches no broker"));

    static final MeterSection SECTION = new MeterSection(
            "Kafka clients",
            "Kafka's own figures of the clients in a service; client says what for: a coordinator's name, publisher,"
                    + " view, range, slots, probe, admin. Those of clients with the same name are added up, of averages the worst counts. A"
                    + " service exports those whose clients it has; share is of slots.",
            MeterSection.ALL,
            ALL.stream().map(Exported::spec).toList());

    private static final Map<String, Exported> BY_KEY =
            ALL.stream().collect(Collectors.toUnmodifiableMap(e -> e.group() + "/" + e.kafkaName(), e -> e));

    private KafkaClientMeters() {}

    /** What one of Kafka's figures is exported as; null for those that are not. */
    static @Nullable MeterSpec find(String group, String name) {
        Exported exported = BY_KEY.get(group + "/" + name);
        return exported == null ? null : exported.spec();
    }

    private static Declared of(String group, String kafkaName, Kind kind, String meaning, String name) {
        MeterSpec spec = kind == Kind.COUNTER ? MeterSpec.counter(name, meaning) : MeterSpec.gauge(name, meaning);
        if (kafkaName.endsWith("-latency-avg")) {
            spec = spec.measuredIn("milliseconds");
        } else if (kafkaName.endsWith("-seconds-ago")) {
            spec = spec.measuredIn("seconds");
        }
        return new Declared(group, kafkaName, spec.tagged("client"));
    }

    /** On its way to be exported. */
    private record Declared(String group, String kafkaName, MeterSpec spec) {
        Exported watched(String how) {
            return new Exported(group, kafkaName, spec.watched(how));
        }

        Exported ruled(String rule) {
            return new Exported(group, kafkaName, spec.ruled(rule));
        }
    }
}
