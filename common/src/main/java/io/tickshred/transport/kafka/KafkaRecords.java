package io.tickshred.transport.kafka;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Records between the port's form and Kafka's. */
final class KafkaRecords {
    private final KafkaNames names;

    KafkaRecords(KafkaNames names) {
        this.names = names;
    }

    Incoming incoming(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return new Incoming(
                names.topic(record.topic()),
                record.partition(),
                record.offset(),
                Optional.ofNullable(record.key()).orElse(""),
                Optional.ofNullable(record.value()),
                headers,
                Instant.ofEpochMilli(record.timestamp()));
    }

    @SuppressWarnings("NullAway") // a null value is Kafka's tombstone
    ProducerRecord<String, byte[]> producerRecord(Outgoing outgoing) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                names.topic(outgoing.topic()), outgoing.key(), outgoing.value().orElse(null));
        outgoing.headers().forEach((key, value) -> record.headers().add(key, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
