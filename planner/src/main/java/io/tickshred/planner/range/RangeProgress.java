package io.tickshred.planner.range;

import io.tickshred.message.AggregateTask;
import io.tickshred.message.DayStatus;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.model.WeekendRule;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where one open range stands in the ledger. Immutable.
 *
 * @param days every day meant, in order
 * @param stopping why no further day is begun
 * @param refusedDates of the last request that was refused, because it names other days of the same range
 */
record RangeProgress(
        RangeOpened opened,
        Map<LocalDate, Entry> days,
        Optional<Stop> stopping,
        Optional<String> note,
        Optional<List<LocalDate>> refusedDates) {
    /** As much of a day's reason as its range repeats; the day's own status has all of it. */
    private static final int MAX_REASON = 400;

    /** So many days are named in a note. */
    private static final int MAX_NAMED = 10;

    /** So many reasons are repeated; a status of a long range has to fit into a message. */
    private static final int MAX_REASONS = 500;

    RangeProgress {
        days = Collections.unmodifiableMap(new TreeMap<>(days));
    }

    /** Why no further day is begun. */
    enum Stop {
        FAILED_DAY,
        ON_REQUEST
    }

    /**
     * A day and, while it runs, the plan that is awaited.
     *
     * @param plan that the planner answered with; empty until it did
     * @param heard the newest end heard before that answer
     */
    record Entry(RangeDay day, Optional<PlanId> plan, Optional<DayStatus> heard) {
        static Entry of(RangeDay day) {
            return new Entry(day, Optional.empty(), Optional.empty());
        }

        boolean is(RangeDay.State state) {
            return day.state() == state;
        }

        boolean awaitsAnswer() {
            return is(RangeDay.State.RUNNING) && plan.isEmpty();
        }

        Entry hearing(DayStatus end) {
            return heard.filter(end::isOlderThan).isEmpty() ? new Entry(day, plan, Optional.of(end)) : this;
        }
    }

    static RangeProgress of(RangeOpened opened) {
        Map<LocalDate, Entry> days = new TreeMap<>();
        for (LocalDate date : opened.request().days()) {
            days.put(date, Entry.of(new RangeDay(date, RangeDay.State.WAITING, Optional.empty())));
        }
        for (RangeDay known : opened.known()) {
            days.computeIfPresent(known.date(), (date, waiting) -> Entry.of(known));
        }
        return new RangeProgress(opened, days, Optional.empty(), Optional.empty(), Optional.empty());
    }

    RangeId id() {
        return opened.range();
    }

    Optional<Entry> day(LocalDate date) {
        return Optional.ofNullable(days.get(date));
    }

    RangeProgress with(Entry entry) {
        Map<LocalDate, Entry> changed = new TreeMap<>(days);
        changed.put(entry.day().date(), entry);
        return new RangeProgress(opened, changed, stopping, note, refusedDates);
    }

    RangeProgress stop(Stop why) {
        return stopping.isPresent() ? this : new RangeProgress(opened, days, Optional.of(why), note, refusedDates);
    }

    RangeProgress noted(String text) {
        return new RangeProgress(opened, days, stopping, Optional.of(text), refusedDates);
    }

    /** Whether a request means the days of this one, so that both may wait for the same end. */
    boolean means(RangeRequest request) {
        return opened.request().days().equals(request.days());
    }

    /** Says that a request for other days is refused: for a reason of its own, or because these are in progress. */
    RangeProgress refusing(RangeOpened other) {
        List<LocalDate> own = opened.request().days();
        String named = own.size() > MAX_NAMED
                ? own.size() + " days from " + own.get(0) + " to " + own.get(own.size() - 1)
                : own.stream().map(LocalDate::toString).collect(Collectors.joining(", "));
        return new RangeProgress(
                opened,
                days,
                stopping,
                Optional.of("a request for other days of it was refused: "
                        + other.refused()
                                .map(Failure::toString)
                                .orElse(named
                                        + " are in progress; ask again when they have ended, or stop them first")),
                Optional.of(other.request().days()));
    }

    int count(RangeDay.State state) {
        return (int) days.values().stream().filter(entry -> entry.is(state)).count();
    }

    /** The first day that nobody has begun. */
    Optional<LocalDate> next() {
        return days.values().stream()
                .filter(entry -> entry.is(RangeDay.State.WAITING))
                .map(entry -> entry.day().date())
                .findFirst();
    }

    boolean mayBegin() {
        return stopping.isEmpty()
                && count(RangeDay.State.RUNNING)
                        < opened.request().maxDaysInFlight().orElse(1);
    }

    /** Nothing runs and nothing will. */
    boolean ended() {
        return count(RangeDay.State.RUNNING) == 0 && (stopping.isPresent() || count(RangeDay.State.WAITING) == 0);
    }

    FailedDayRule onFailedDay() {
        return opened.request().onFailedDay().orElse(FailedDayRule.STOP);
    }

    /** Whether the day is left out when it has no objects. */
    boolean skipsEmpty(LocalDate date) {
        return opened.request().onEmptyDay().orElse(EmptyDayRule.FAIL) == EmptyDayRule.SKIP
                || opened.weekends() == WeekendRule.AUTO && weekend(date);
    }

    static boolean weekend(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
    }

    RangeState state() {
        if (!ended()) {
            return stopping.isPresent() ? RangeState.STOPPING : RangeState.RUNNING;
        }
        return count(RangeDay.State.FAILED) > 0
                ? RangeState.FAILED
                : count(RangeDay.State.WAITING) > 0 ? RangeState.STOPPED : RangeState.DONE;
    }

    MissingDayRule onMissingDay() {
        return opened.request().onMissingDay().orElse(MissingDayRule.FAIL);
    }

    /** Metrics to aggregate: those of the dataset, unless there is a reason not to. */
    Optional<List<String>> aggregating() {
        return ended() && notAggregating().isEmpty()
                ? opened.metrics().filter(metrics -> !metrics.isEmpty())
                : Optional.empty();
    }

    /**
     * Why metrics are not aggregated now that it has ended, if they are not: an aggregate is known by the first and the
     * last day, so days with others between them would take the place of all.
     */
    Optional<String> notAggregating() {
        if (!opened.request().days().equals(id().days())) {
            return Optional.of(
                    "there are days between those asked for: ask for all of them, or use ./tickshred aggregate");
        } else if (state() == RangeState.DONE && count(RangeDay.State.PUBLISHED) == 0) {
            return Optional.of("no day was run");
        }
        boolean whole = state() == RangeState.DONE || onMissingDay() == MissingDayRule.LIST;
        return whole && count(RangeDay.State.PUBLISHED) > 0 ? Optional.empty() : Optional.of("not every day is there");
    }

    /** What has to be done when it has ended. */
    List<AggregateTask> aggregates() {
        int[] reasons = {0};
        List<RangeDay> all = days.values().stream()
                .map(entry -> shortened(entry.day(), reasons))
                .toList();
        return aggregating().orElse(List.of()).stream()
                .map(metric -> new AggregateTask(
                        id(),
                        metric,
                        all.stream()
                                .filter(day -> day.state() == RangeDay.State.PUBLISHED)
                                .map(RangeDay::date)
                                .toList(),
                        all.stream()
                                .filter(day -> day.state() == RangeDay.State.SKIPPED)
                                .toList(),
                        all.stream()
                                .filter(day ->
                                        day.state() == RangeDay.State.FAILED || day.state() == RangeDay.State.WAITING)
                                .toList(),
                        true, // what was aggregated before the range was run again is out of date
                        onMissingDay(),
                        opened.at()))
                .toList();
    }

    RangeStatus status(Instant now) {
        int[] reasons = {0};
        List<RangeDay> all = days.values().stream()
                .map(entry -> shortened(entry.day(), reasons))
                .toList();
        return RangeStatus.builder()
                .range(id())
                .state(state())
                .published(count(RangeDay.State.PUBLISHED))
                .failed(count(RangeDay.State.FAILED))
                .skipped(count(RangeDay.State.SKIPPED))
                .running(count(RangeDay.State.RUNNING))
                .waiting(count(RangeDay.State.WAITING))
                .onFailedDay(onFailedDay())
                .days(all)
                .openedAt(opened.at())
                .at(now)
                .note(note)
                .aggregating(aggregating())
                .refusedDates(refusedDates)
                .build();
    }

    /** The status of a range that cannot be run. */
    static RangeStatus refused(RangeOpened opened, Failure failure, Instant now) {
        return RangeStatus.builder()
                .range(opened.range())
                .state(RangeState.FAILED)
                .published(0)
                .failed(0)
                .skipped(0)
                .running(0)
                .waiting(opened.request().days().size())
                .onFailedDay(opened.request().onFailedDay().orElse(FailedDayRule.STOP))
                .days(List.of())
                .openedAt(opened.at())
                .at(now)
                .failure(failure)
                .build();
    }

    private static RangeDay shortened(RangeDay day, int[] reasons) {
        if (day.state() != RangeDay.State.FAILED || day.reason().isEmpty()) {
            return day;
        }
        String reason = day.reason().get();
        if (++reasons[0] > MAX_REASONS) {
            return RangeDay.of(day.date(), day.state(), "see the day's own status");
        }
        return reason.length() <= MAX_REASON
                ? day
                : RangeDay.of(day.date(), day.state(), reason.substring(0, MAX_REASON) + "…");
    }
}
