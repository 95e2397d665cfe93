package io.tickshred.standalone.progress;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one running day: its last status, and when each state began by the observer's clock, which is all
 * that rates and the time left are computed from.
 */
public final class DayProgress {
    /** Share of a day's time that shredding takes; the rest is finalizing. Measured on the reference day. */
    private static final double SHREDDING_SHARE = 0.6;

    private final Day day;
    private final Instant startedAt;
    private final Map<DayState, Instant> began = new EnumMap<>(DayState.class);
    /** The first status heard of each state: what was done before this watched says nothing of the speed now. */
    private final Map<DayState, DayStatus> first = new EnumMap<>(DayState.class);

    private Optional<DayStatus> last = Optional.empty();

    public DayProgress(Day day, Instant startedAt) {
        this.day = day;
        this.startedAt = startedAt;
    }

    /** Takes a status, unless one of a newer plan, or of a later state of the same plan, was taken before. */
    public void observe(DayStatus status, Instant now) {
        if (last.isPresent() && status.isOlderThan(last.get())) {
            return;
        }
        if (!status.plan().equals(last.flatMap(DayStatus::plan))) {
            began.clear();
            first.clear();
        }
        began.putIfAbsent(status.state(), now);
        first.putIfAbsent(status.state(), status);
        last = Optional.of(status);
    }

    public Day day() {
        return day;
    }

    public Optional<DayStatus> last() {
        return last;
    }

    /** Planning until a status says otherwise. */
    public DayState state() {
        return last.map(DayStatus::state).orElse(DayState.PLANNING);
    }

    /** Whether the day was shredded while this watched, and not long before. */
    public boolean ranNow() {
        return began.containsKey(DayState.SHREDDING) || began.containsKey(DayState.FINALIZING);
    }

    /** Time from the request, until the end of a day that has ended. */
    public Duration elapsed(Instant now) {
        return Duration.between(startedAt, state().ended() ? began.getOrDefault(state(), now) : now);
    }

    /** Work done, from 0 to 1, over shredding and finalizing. */
    public double fraction() {
        return last.map(DayProgress::fraction).orElse(0.0);
    }

    private static double fraction(DayStatus status) {
        if (status.state() == DayState.PUBLISHED) {
            return 1;
        }
        if (status.chunks() == 0) {
            return share(status.batchesDone(), status.batches());
        }
        return SHREDDING_SHARE * share(status.chunksDone(), status.chunks())
                + (1 - SHREDDING_SHARE) * share(status.batchesDone(), status.batches());
    }

    /**
     * Rows of the present state for each second of it: read while shredding, written while finalizing; whole at the
     * end. Empty while nothing was done yet, and for a day that was not watched.
     */
    public OptionalLong rowsPerSecond(Instant now) {
        if (last.isEmpty()) {
            return OptionalLong.empty();
        }
        DayStatus status = last.get();
        boolean published = status.state() == DayState.PUBLISHED;
        double rows = published ? status.rows() : rows(status) - rows(first.getOrDefault(status.state(), status));
        Duration time = published ? elapsed(now) : Duration.between(began.getOrDefault(status.state(), now), now);
        return rows <= 0 || time.toMillis() < 50
                ? OptionalLong.empty()
                : OptionalLong.of((long) (rows * 1000 / time.toMillis()));
    }

    private static double rows(DayStatus status) {
        return switch (status.state()) {
            case PLANNING, FAILED, PUBLISHED -> 0;
            case SHREDDING -> status.routed() + status.filtered() + status.outside();
            case FINALIZING ->
                status.chunks() == 0
                        ? status.routed() + status.filtered() + status.outside()
                        : status.routed() * share(status.batchesDone(), status.batches());
        };
    }

    /** A guess from the work done so far; empty until there is enough of it. */
    public Optional<Duration> timeLeft(Instant now) {
        DayState since = began.containsKey(DayState.SHREDDING) ? DayState.SHREDDING : DayState.FINALIZING;
        if (last.isEmpty() || !first.containsKey(since) || state().ended()) {
            return Optional.empty();
        }
        double before = fraction(first.getOrDefault(since, last.get()));
        double done = fraction() - before;
        if (done < 0.02) {
            return Optional.empty();
        }
        double millis = Duration.between(began.getOrDefault(since, now), now).toMillis() * (1 - fraction()) / done;
        return Optional.of(Duration.ofMillis((long) millis));
    }

    private static double share(int done, int all) {
        return all == 0 ? 0 : (double) done / all;
    }
}
