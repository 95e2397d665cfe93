package io.tickshred.transport.kafka;

import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TransportException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Publishes through an idempotent producer: in order, acknowledged by all in-sync replicas. */
final class KafkaPublisher implements Publisher {
    private final Producer<String, byte[]> producer;
    private final KafkaRecords records;
    private final String bootstrapServers;

    KafkaPublisher(Producer<String, byte[]> producer, KafkaRecords records, String bootstrapServers) {
        this.producer = producer;
        this.records = records;
        this.bootstrapServers = bootstrapServers;
    }

    @Override
    public void publish(List<Outgoing> outgoing) throws TransportException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before publishing " + outgoing.size() + " records");
        }
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            for (Outgoing record : outgoing) {
                producer.send(records.producerRecord(record), (metadata, error) -> {
                    if (error != null) {
                        failure.compareAndSet(null, error);
                    }
                });
            }
            producer.flush();
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; the exception carries it from here
            throw (InterruptedException) new InterruptedException("interrupted while publishing").initCause(e);
        } catch (KafkaException e) {
            throw failed(outgoing, e);
        }
        Exception error = failure.get();
        if (error != null) {
            throw failed(outgoing, error);
        }
    }

    private TransportException failed(List<Outgoing> outgoing, Exception cause) {
        String topics = outgoing.stream()
                .map(record -> record.topic().baseName())
                .distinct()
                .sorted()
                .toList()
                .toString();
        if (cause instanceof RecordTooLargeException) {
            int largest = outgoing.stream()
                    .mapToInt(
                            record -> record.value().map(value -> value.length).orElse(0))
                    .max()
                    .orElse(0);
            return new OversizedRecordException(
                    "a record of " + largest + " bytes for topics " + topics + " is larger than Kafka at "
                            + bootstrapServers + " takes: raise max.request.size of the service and"
                            + " max.message.bytes of the topic, or make chunks of fewer objects and batches larger",
                    cause);
        }
        return new TransportException(
                "Cannot publish " + outgoing.size() + " records to topics " + topics + " of Kafka at "
                        + bootstrapServers + ": " + cause.getMessage(),
                cause);
    }

    @Override
    public void close() {
        producer.close(KafkaClients.CALL_TIMEOUT);
    }
}
