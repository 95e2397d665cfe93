package io.tickshred.standalone.progress;

import io.tickshred.message.DayStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

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
    private Optional<DayStatus> last = Optional.empty();

    public DayProgress(Day day, Instant startedAt) {
        this.day = day;
        this.startedAt = startedAt;
    }

    /** Takes a status, unless one of a newer plan, or of a later state of the same plan, was taken before. */
    public void observe(DayStatus status, Instant now) {
        if (last.isPresent() && older(status, last.get())) {
            return;
        }
        began.putIfAbsent(status.state(), now);
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
        if (last.isEmpty()) {
            return 0;
        }
        DayStatus status = last.get();
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
     * end.
     */
    public long rowsPerSecond(Instant now) {
        if (last.isEmpty()) {
            return 0;
        }
        DayStatus status = last.get();
        double rows =
                switch (status.state()) {
                    case PLANNING, FAILED -> 0;
                    case SHREDDING -> status.routed() + status.filtered() + status.outside();
                    case FINALIZING ->
                        status.chunks() == 0
                                ? status.routed() + status.filtered() + status.outside()
                                : status.routed() * share(status.batchesDone(), status.batches());
                    case PUBLISHED -> status.rows();
                };
        Duration time = status.state() == DayState.PUBLISHED
                ? elapsed(now)
                : Duration.between(began.getOrDefault(status.state(), now), now);
        return time.toMillis() < 50 ? 0 : (long) (rows * 1000 / time.toMillis());
    }

    /** A guess from the work done so far; empty until there is enough of it. */
    public Optional<Duration> timeLeft(Instant now) {
        double done = fraction();
        Instant since =
                began.containsKey(DayState.SHREDDING) ? began.get(DayState.SHREDDING) : began.get(DayState.FINALIZING);
        if (since == null || state().ended() || done < 0.02) {
            return Optional.empty();
        }
        double millis = Duration.between(since, now).toMillis() * (1 - done) / done;
        return Optional.of(Duration.ofMillis((long) millis));
    }

    private static boolean older(DayStatus status, DayStatus last) {
        int plans = planText(status).compareTo(planText(last));
        return plans < 0 || plans == 0 && status.state().compareTo(last.state()) < 0;
    }

    private static String planText(DayStatus status) {
        return status.plan().map(PlanId::value).orElse("");
    }

    private static double share(int done, int all) {
        return all == 0 ? 0 : (double) done / all;
    }
}
