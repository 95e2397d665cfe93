package io.tickshred.finalizer.sweep;

import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The plans of a fleet by its topic {@code day-status}: the newest plan of a day is live until it has ended, and one
 * that is newer than any that was heard of is live too, for its first status is published with its first tasks. Its
 * aggregates by {@code range-status} likewise. What the fleet has never said a word of may be another's, and is live.
 * Thread-safe.
 */
public final class FleetPlans implements LivePlans, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Day, Newest> days = new ConcurrentHashMap<>();
    private final Set<Day> unreadable = ConcurrentHashMap.newKeySet();

    /** Days that were heard of, with a plan or without. */
    private final Set<Day> heard = ConcurrentHashMap.newKeySet();

    /** Whether an aggregate may be running, by its record's key. */
    private final Map<String, Boolean> aggregates = new ConcurrentHashMap<>();

    private final Optional<String> name;
    private final List<Transport.View> views;

    private record Newest(PlanId plan, boolean ended) {
        Newest and(Newest other) {
            int order = plan.compareTo(other.plan);
            return order == 0 ? new Newest(plan, ended || other.ended) : order > 0 ? this : other;
        }
    }

    /**
     * Of a fleet among others.
     *
     * @param name what to call it to a person: {@code the fleet at host:9092}
     */
    public FleetPlans(Transport transport, String name) {
        this(transport, Optional.of(name));
    }

    private FleetPlans(Transport transport, Optional<String> name) {
        this.name = name;
        this.views = List.of(
                transport.view(Topic.DAY_STATUS, this::hear), transport.view(Topic.RANGE_STATUS, this::hearAggregate));
    }

    /** Of the only fleet that is left: whatever it knows nothing of was of one that is gone for good. */
    public static FleetPlans ofTheOnlyOne(Transport transport) {
        return new FleetPlans(transport, Optional.empty());
    }

    private void hear(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof DayStatus status) {
                heard.add(status.day());
                // Without a plan there is nothing yet that a plan could have written.
                status.newestPlan()
                        .ifPresent(plan -> days.merge(
                                status.day(), new Newest(plan, status.state().ended()), Newest::and));
            }
        } catch (MalformedMessageException e) {
            dayOf(record.key()).ifPresent(unreadable::add);
        }
    }

    private void hearAggregate(Incoming record) {
        if (record.value().isEmpty()) {
            return;
        }
        try {
            if (codec.decode(record.value().get()) instanceof AggregateStatus status) {
                aggregates.put(record.key(), status.state() == AggregateStatus.State.RUNNING);
            }
        } catch (MalformedMessageException e) {
            aggregates.put(record.key(), true);
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
        if (unreadable.contains(day) || ignorant(day).isPresent()) {
            return true;
        }
        Newest newest = days.get(day);
        return newest == null ? heard.contains(day) : !newest.ended() || plan.compareTo(newest.plan()) > 0;
    }

    @Override
    public boolean live(RangeId range, String metric) {
        return ignorant(range, metric).isPresent() || aggregates.getOrDefault(key(range, metric), false);
    }

    @Override
    public Optional<String> ignorant(Day day) {
        return heard.contains(day) || unreadable.contains(day) ? Optional.empty() : name;
    }

    @Override
    public Optional<String> ignorant(RangeId range, String metric) {
        return aggregates.containsKey(key(range, metric)) ? Optional.empty() : name;
    }

    private static String key(RangeId range, String metric) {
        return range + "/" + metric;
    }

    @Override
    public void refresh() throws InterruptedException {
        for (Transport.View view : views) {
            if (!view.alive() || !view.awaitCaughtUp(PATIENCE)) {
                throw new IllegalStateException("day-status and range-status could not be read within "
                        + PATIENCE.toSeconds()
                        + " s, so it is not known which plans are in progress; check that the fleet's Kafka is up");
            }
        }
    }

    @Override
    public void close() {
        views.forEach(Transport.View::close);
    }
}
