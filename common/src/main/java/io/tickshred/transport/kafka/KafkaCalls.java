package io.tickshred.transport.kafka;

import io.tickshred.config.KafkaConfiguration;
import io.tickshred.transport.TransportException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** Administrative calls, their failures told in one line with the brokers' address. Thread-safe. */
final class KafkaCalls implements AutoCloseable {
    private final KafkaClients clients;
    private @Nullable Admin admin;

    KafkaCalls(KafkaClients clients) {
        this.clients = clients;
    }

    /** Opened at the first call, so that making a transport touches no network. */
    synchronized Admin admin() throws TransportException {
        if (admin == null) {
            try {
                admin = clients.admin();
            } catch (KafkaException e) {
                throw failure("connect", e);
            }
        }
        return admin;
    }

    /** Waits for an answer. */
    <T> T await(String what, KafkaFuture<T> future) throws TransportException, InterruptedException {
        try {
            return answer(future);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw failure(what, e);
        }
    }

    /** Waits for an answer, whose failure the caller looks at. */
    <T> T answer(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        // The client has the same limit; a second more lets its own, better worded failure arrive.
        long millis = clients.configuration().startTimeout().toMillis() + 1000;
        return future.get(millis, TimeUnit.MILLISECONDS);
    }

    /** One line: what could not be done, where, why, and what to do about it. */
    TransportException failure(String what, Throwable cause) {
        KafkaConfiguration configuration = clients.configuration();
        String at = "Kafka at " + configuration.bootstrapServers();
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException || cause instanceof TimeoutException) {
            return new TransportException(
                    at + " does not answer within "
                            + configuration.startTimeout().toSeconds() + " s (" + what
                            + "): check that a broker runs there, that bootstrapServers is right, and that its"
                            + " security properties fit",
                    cause);
        }
        if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
            return new TransportException(
                    at + " refuses to " + what + ": " + cause.getMessage()
                            + "; check the security properties and the ACLs of prefix "
                            + configuration.topicPrefix(),
                    cause);
        }
        return new TransportException(at + ": cannot " + what + ": " + FailureText.of(cause), cause);
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(KafkaClients.CALL_TIMEOUT);
            admin = null;
        }
    }
}
