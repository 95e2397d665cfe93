package io.tickshred.planner.range;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStop;
import io.tickshred.model.DayState;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.planner.range.RangeProgress.Entry;
import io.tickshred.planner.range.RangeProgress.Stop;
import io.tickshred.transport.Outgoing;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The decision about the ranges of one dataset, pure. A range asks for its days one after the other, as many at a time
 * as it was told to; a day is asked for once; a day ends with the end of the plan that the planner answered with, or of
 * a newer one; a range ends once, when no day of it runs and none will.
 */
final class RangeLedger {
    private RangeLedger() {}

    /**
     * The open ranges of a dataset.
     *
     * @param open by id
     */
    record State(Map<RangeId, RangeProgress> open) {
        static final State NONE = new State(Map.of());

        State {
            open = Map.copyOf(open);
        }

        /** Whether a range may still begin a day. */
        boolean stoppable(RangeId range) {
            return Optional.ofNullable(open.get(range))
                    .filter(progress -> progress.stopping().isEmpty())
                    .isPresent();
        }

        private State with(RangeProgress range) {
            Map<RangeId, RangeProgress> changed = new TreeMap<>(BY_TEXT);
            changed.putAll(open);
            changed.put(range.id(), range);
            return new State(changed);
        }

        private State without(RangeId range) {
            Map<RangeId, RangeProgress> changed = new TreeMap<>(BY_TEXT);
            changed.putAll(open);
            changed.remove(range);
            return new State(changed);
        }

        private List<RangeProgress> inOrder() {
            return open.values().stream()
                    .sorted((a, b) -> BY_TEXT.compare(a.id(), b.id()))
                    .toList();
        }

        private static final java.util.Comparator<RangeId> BY_TEXT = java.util.Comparator.comparing(RangeId::toString);
    }

    /** What the ledger makes of one message. */
    record Decision(State state, List<Outgoing> messages) {
        Decision {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Decides.
     *
     * @param state of the message's dataset
     * @param now for the statuses' time alone
     */
    static Decision decide(State state, Message message, Instant now) {
        if (message instanceof RangeOpened opened) {
            return opened(state, opened, now);
        } else if (message instanceof RangeAnswer answer) {
            return answered(state, answer, now);
        } else if (message instanceof DayStatus status) {
            return ended(state, status, now);
        } else if (message instanceof RangeStop stop) {
            RangeProgress range = state.open().get(stop.range());
            return range == null ? new Decision(state, List.of()) : advance(state, range.stop(Stop.ON_REQUEST), now);
        }
        return new Decision(state, List.of());
    }

    private static Decision opened(State state, RangeOpened opened, Instant now) {
        RangeProgress running = state.open().get(opened.range());
        if (running != null && !running.means(opened.request())) {
            RangeProgress refusing = running.refusing(opened);
            return new Decision(state.with(refusing), List.of(Outbox.record(refusing.status(now))));
        } else if (running != null) {
            RangeProgress noted = running.noted(opened.refused()
                    .map(failure -> "a request was refused: " + failure)
                    .orElse("asked for again at " + opened.at()
                            + " and not run twice: it is in progress; stop it first to run it otherwise"));
            return new Decision(state.with(noted), List.of(Outbox.record(noted.status(now))));
        }
        Optional<Failure> refused = opened.refused();
        return refused.isPresent()
                ? new Decision(state, List.of(Outbox.record(RangeProgress.refused(opened, refused.get(), now))))
                : advance(state, RangeProgress.of(opened), now);
    }

    private static Decision answered(State state, RangeAnswer answer, Instant now) {
        RangeProgress range = state.open().get(answer.range());
        Optional<Entry> entry =
                range == null ? Optional.empty() : range.day(answer.date()).filter(Entry::awaitsAnswer);
        if (range == null || entry.isEmpty()) {
            return new Decision(state, List.of());
        }
        return switch (answer.answer()) {
            case PUBLISHED ->
                end(state, range, RangeDay.of(answer.date(), RangeDay.State.PUBLISHED, RangeDay.PUBLISHED_BEFORE), now);
            case EMPTY -> {
                String why = RangeProgress.weekend(answer.date()) ? "weekend, no objects" : "no objects";
                yield end(state, range, RangeDay.of(answer.date(), RangeDay.State.SKIPPED, why), now);
            }
            case FAILED ->
                end(
                        state,
                        range,
                        RangeDay.of(
                                answer.date(),
                                RangeDay.State.FAILED,
                                answer.failure().map(Failure::toString).orElse("no reason given")),
                        now);
            case RUNNING -> {
                PlanId plan = answer.plan().orElseThrow();
                Entry asked =
                        new Entry(entry.get().day(), answer.plan(), entry.get().heard());
                Optional<DayStatus> before = asked.heard().filter(status -> isOf(status, plan));
                yield before.isPresent()
                        ? end(state, range, day(before.get()), now)
                        : new Decision(state.with(range.with(asked)), List.of());
            }
        };
    }

    /** A day ended, whoever asked for it. */
    private static Decision ended(State state, DayStatus status, Instant now) {
        if (!status.state().ended() || status.plan().isEmpty()) {
            return new Decision(state, List.of());
        }
        State after = state;
        List<Outgoing> messages = new ArrayList<>();
        for (RangeProgress range : state.inOrder()) {
            Optional<Entry> entry = range.day(status.day().date())
                    .filter(e -> e.is(RangeDay.State.RUNNING)
                            && range.id().dataset().equals(status.day().dataset()));
            if (entry.isEmpty()) {
                continue;
            }
            if (entry.get().awaitsAnswer()) {
                after = after.with(range.with(entry.get().hearing(status)));
            } else if (isOf(status, entry.get().plan().orElseThrow())) {
                Decision decision = end(after, range, day(status), now);
                after = decision.state();
                messages.addAll(decision.messages());
            }
        }
        return new Decision(after, messages);
    }

    /** Whether a status is the word of a plan, or of one that has taken its place. */
    private static boolean isOf(DayStatus status, PlanId plan) {
        return status.newestPlan().filter(p -> p.compareTo(plan) >= 0).isPresent();
    }

    private static RangeDay day(DayStatus status) {
        LocalDate date = status.day().date();
        return status.state() == DayState.PUBLISHED
                ? new RangeDay(date, RangeDay.State.PUBLISHED, Optional.empty())
                : RangeDay.of(
                        date,
                        RangeDay.State.FAILED,
                        status.failure().map(Failure::toString).orElse("no reason given"));
    }

    private static Decision end(State state, RangeProgress range, RangeDay day, Instant now) {
        RangeProgress next = range.with(Entry.of(day));
        boolean stops = day.state() == RangeDay.State.FAILED && range.onFailedDay() == FailedDayRule.STOP;
        return advance(state, stops ? next.stop(Stop.FAILED_DAY) : next, now);
    }

    /** Begins as many days as may be begun, or ends the range; says where it stands. */
    private static Decision advance(State state, RangeProgress before, Instant now) {
        RangeProgress range = before;
        List<Outgoing> messages = new ArrayList<>();
        for (Optional<LocalDate> next = range.next(); next.isPresent() && range.mayBegin(); next = range.next()) {
            messages.add(Outbox.record(request(range, next.get())));
            range = range.with(Entry.of(new RangeDay(next.get(), RangeDay.State.RUNNING, Optional.empty())));
        }
        Optional<String> why = range.ended() ? range.notAggregating() : Optional.empty();
        if (why.isPresent() && !range.opened().metrics().orElse(List.of()).isEmpty()) {
            range = range.noted("metrics are not aggregated, because " + why.get());
        }
        for (AggregateTask task : range.ended() ? range.aggregates() : List.<AggregateTask>of()) {
            messages.add(Outbox.record(AggregateStatus.running(task)));
            messages.add(Outbox.record(task));
        }
        messages.add(Outbox.record(range.status(now)));
        return new Decision(range.ended() ? state.without(range.id()) : state.with(range), messages);
    }

    private static PlanRequest request(RangeProgress range, LocalDate date) {
        RangeRequest request = range.opened().request();
        return new PlanRequest(
                request.dataset(),
                date,
                request.force(),
                request.tables(),
                List.of(),
                Optional.of(new PlanRequest.ForRange(range.id(), range.skipsEmpty(date))),
                request.mode());
    }
}
