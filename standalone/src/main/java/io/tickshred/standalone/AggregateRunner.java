package io.tickshred.standalone;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a fleet for aggregates of named metrics and waits for them. */
public final class AggregateRunner {
    private static final Logger LOG = LoggerFactory.getLogger(AggregateRunner.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);

    private final Transport transport;
    private final MessageCodec codec = new MessageCodec();

    public AggregateRunner(Transport transport) {
        this.transport = transport;
    }

    /**
     * Returns how each ended, in the order of the request's metrics.
     *
     * @throws TransportException if the request cannot be written, or not all have ended in time
     */
    public List<AggregateStatus> run(AggregateRequest request, Duration timeout)
            throws TransportException, InterruptedException {
        BlockingQueue<AggregateStatus> heard = new LinkedBlockingQueue<>();
        try (Transport.View view = transport.view(
                        Topic.RANGE_STATUS, record -> decode(record).ifPresent(heard::add));
                Publisher publisher = transport.publisher()) {
            if (!view.awaitCaughtUp(CATCH_UP)) {
                throw new TransportException("statuses could not be read within " + CATCH_UP.toSeconds()
                        + " s; check that Kafka is up and reachable");
            }
            Map<String, Instant> before = new HashMap<>();
            for (AggregateStatus old = heard.poll(); old != null; old = heard.poll()) {
                if (old.range().equals(request.range())) {
                    before.put(old.metric(), old.askedAt());
                }
            }
            publisher.publish(List.of(Outbox.record(request)));
            return await(request, heard, before, System.nanoTime() + timeout.toNanos());
        }
    }

    private static List<AggregateStatus> await(
            AggregateRequest request, BlockingQueue<AggregateStatus> heard, Map<String, Instant> before, long deadline)
            throws TransportException, InterruptedException {
        Map<String, AggregateStatus> ended = new TreeMap<>();
        while (!ended.keySet().containsAll(request.metrics())) {
            AggregateStatus status = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (status == null) {
                throw new TransportException("no fleet has aggregated " + request.range()
                        + " in time; it may still: ask again to see, or look at the log of a finalizer");
            }
            boolean ours =
                    status.range().equals(request.range()) && !status.askedAt().equals(before.get(status.metric()));
            if (ours && status.state() != AggregateStatus.State.RUNNING) {
                ended.put(status.metric(), status);
            }
        }
        List<AggregateStatus> all = new ArrayList<>();
        for (String metric : request.metrics()) {
            Optional.ofNullable(ended.get(metric)).ifPresent(all::add);
        }
        return all;
    }

    private Optional<AggregateStatus> decode(Incoming record) {
        try {
            return record.value().isPresent() && codec.decode(record.value().get()) instanceof AggregateStatus status
                    ? Optional.of(status)
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return Optional.empty();
        }
    }
}
