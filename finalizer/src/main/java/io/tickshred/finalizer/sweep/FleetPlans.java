package io.tickshred.finalizer.sweep;

import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plans of a fleet by its topic {@code day-status}: the newest plan of a day is live until it has ended, and one
 * that is newer than any that was heard of is live too, for its first status is published with its first tasks.
 * Thread-safe.
 */
public final class FleetPlans implements LivePlans, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Day, Newest> days = new ConcurrentHashMap<>();
    private final Set<Day> unreadable = ConcurrentHashMap.newKeySet();
    private final Transport.View view;

    private record Newest(PlanId plan, boolean ended) {
        Newest and(Newest other) {
            int order = plan.compareTo(other.plan);
            return order == 0 ? new Newest(plan, ended || other.ended) : order > 0 ? this : other;
        }
    }

    public FleetPlans(Transport transport) {
        this.view = transport.view(Topic.DAY_STATUS, this::hear);
    }

    private void hear(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof DayStatus status) {
                // Without a plan there is nothing yet that a plan could have written.
                status.plan()
                        .ifPresent(plan -> days.merge(
                                status.day(), new Newest(plan, status.state().ended()), Newest::and));
            }
        } catch (MalformedMessageException e) {
            dayOf(record.key()).ifPresent(unreadable::add);
        }
    }

    private static Optional<Day> dayOf(String key) {
        try {
            String[] parts = key.split("/", 2);
            return Optional.of(new Day(parts[0], java.time.LocalDate.parse(parts[1])));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean live(Day day, PlanId plan) {
        if (unreadable.contains(day)) {
            return true;
        }
        Newest newest = days.get(day);
        return newest != null && (!newest.ended() || plan.compareTo(newest.plan()) > 0);
    }

    @Override
    public void refresh() throws InterruptedException {
        if (!view.alive() || !view.awaitCaughtUp(PATIENCE)) {
            throw new IllegalStateException("day-status could not be read within " + PATIENCE.toSeconds()
                    + " s, so it is not known which plans are in progress; check that the fleet's Kafka is up");
        }
    }

    @Override
    public void close() {
        view.close();
    }
}
