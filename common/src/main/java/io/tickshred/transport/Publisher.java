package io.tickshred.transport;

import java.util.List;

/** Publishes records outside of any transaction. Thread-safe. */
public interface Publisher extends AutoCloseable {
    /**
     * Publishes in order and returns when all are durable.
     *
     * @throws OversizedRecordException if a record is larger than the log takes; earlier ones may have been published
     * @throws TransportException if a record could not be made durable; earlier ones may have been
     */
    void publish(List<Outgoing> records) throws TransportException, InterruptedException;

    @Override
    void close();
}
