package io.tickshred.planner.status;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
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

/**
 * The last status of each day. The newest plan's word counts, whatever its place in the log, and a plan never goes
 * back: of one plan, a status is not followed by one of an earlier state. Thread-safe.
 */
public final class DayStatuses implements Consumer<Incoming>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DayStatuses.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Day, DayStatus> byDay = new ConcurrentHashMap<>();
    private volatile Transport.@Nullable View view;
    private volatile Consumer<DayStatus> onChange = status -> {};

    /** Follows the topic from its start, until closed. Before, no day is known. */
    public void follow(Transport transport) {
        view = transport.view(Topic.DAY_STATUS, this);
    }

    /** Calls the listener with each status that counts from now on, in the thread that hears them. */
    public void onChange(Consumer<DayStatus> listener) {
        onChange = listener;
    }

    @Override
    public void accept(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof DayStatus status) {
                if (byDay.merge(status.day(), status, DayStatuses::newer).equals(status)) {
                    onChange.accept(status);
                }
            }
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Day status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
    }

    /** Which of two statuses of a day counts, when the second was heard after the first. */
    static DayStatus newer(DayStatus first, DayStatus second) {
        return second.isOlderThan(first) ? first : second;
    }

    public Optional<DayStatus> find(Day day) {
        return Optional.ofNullable(byDay.get(day));
    }

    /** All days by dataset, then date. */
    public List<DayStatus> all() {
        return byDay.values().stream()
                .sorted(Comparator.<DayStatus, String>comparing(s -> s.day().dataset())
                        .thenComparing(s -> s.day().date()))
                .toList();
    }

    /**
     * Waits until all that was published before this call has been heard. False when the time ran out, or not followed.
     */
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

    /** Why nothing new is heard; empty when all is well. */
    public Optional<String> trouble() {
        Transport.View following = view;
        return following == null ? Optional.empty() : following.trouble();
    }

    @Override
    public void close() {
        Transport.View following = view;
        if (following != null) {
            following.close();
        }
    }
}
