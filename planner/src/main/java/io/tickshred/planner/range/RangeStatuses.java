package io.tickshred.planner.range;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.RangeId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last status of each range. One ledger speaks of a range, so the last word counts. Thread-safe. */
public final class RangeStatuses implements Consumer<Incoming>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RangeStatuses.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<RangeId, RangeStatus> byRange = new ConcurrentHashMap<>();
    private final Map<String, AggregateStatus> aggregates = new ConcurrentHashMap<>();
    private volatile Transport.@Nullable View view;
    private volatile Consumer<RangeId> onChange = range -> {};

    /** Calls the listener with the range of each status and aggregate from now on, in the thread that hears them. */
    public void onChange(Consumer<RangeId> listener) {
        onChange = listener;
    }

    /** Follows the topic from its start, until closed. Before, no range is known. */
    public void follow(Transport transport) {
        view = transport.view(Topic.RANGE_STATUS, this);
    }

    @Override
    public void accept(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            Message message = codec.decode(record.value().get());
            if (message instanceof RangeStatus status) {
                byRange.put(status.range(), status);
                onChange.accept(status.range());
            } else if (message instanceof AggregateStatus aggregate) {
                aggregates.put(record.key(), aggregate);
                onChange.accept(aggregate.range());
            }
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Range status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    public Optional<RangeStatus> find(RangeId range) {
        return Optional.ofNullable(byRange.get(range));
    }

    /** The aggregates of a range, by metric. */
    public List<AggregateStatus> aggregates(RangeId range) {
        return aggregates.values().stream()
                .filter(aggregate -> aggregate.range().equals(range))
                .sorted(Comparator.comparing(AggregateStatus::metric))
                .toList();
    }

    /** All ranges by dataset, then dates. */
    public List<RangeStatus> all() {
        return byRange.values().stream()
                .sorted(Comparator.comparing(status -> status.range().toString()))
                .toList();
    }

    /** Waits until all that was published before this call has been heard. False when the time ran out. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        Transport.View following = view;
        return following != null && following.awaitCaughtUp(timeout);
    }

    /** Whether the topic is still followed. A health check asks this. */
    public boolean alive() {
        Transport.View following = view;
        return following != null && following.alive();
    }

    /** Tells it to end; {@link #close} waits. */
    public void drain() {
        Transport.View following = view;
        if (following != null) {
            following.drain();
        }
    }

    @Override
    public void close() {
        Transport.View following = view;
        if (following != null) {
            following.close();
        }
    }
}
