package io.tickshred.planner.range;

import io.tickshred.message.AggregateTask;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeAnswer.Answer;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.planner.range.RangeLedger.Decision;
import io.tickshred.planner.range.RangeLedger.State;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Outgoing;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A ledger of ranges with a fleet that answers in any order the log allows, repeats itself, and restarts. */
final class RangeSimulation {
    static final Instant NOW = Instant.parse("2024-02-01T03:04:05Z");

    /** What becomes of a day. */
    enum Fate {
        PUBLISHED,
        FAILED,
        UNPLANNED,
        BEFORE,
        EMPTY,
        /** Another request's plan is awaited, and ends before the planner's answer is in the log. */
        OTHERS,
        /** Another request replaces the plan. */
        REPLACED
    }

    final List<Message> log = new ArrayList<>();
    final List<PlanRequest> asked = new ArrayList<>();
    final List<AggregateTask> aggregates = new ArrayList<>();
    final List<RangeStatus> statuses = new ArrayList<>();
    private final List<Runnable> pending = new ArrayList<>();
    private final Random random;
    private final Function<LocalDate, Fate> fates;
    private State state = State.NONE;
    private int plans;
    int inFlight;
    int mostInFlight;

    RangeSimulation(long seed, Function<LocalDate, Fate> fates) {
        this.random = new Random(seed);
        this.fates = fates;
    }

    void say(Message message) {
        log.add(message);
        Decision decision = RangeLedger.decide(state, message, NOW);
        state = decision.state();
        for (Outgoing record : decision.messages()) {
            Message said = decode(record);
            if (said instanceof PlanRequest request) {
                asked.add(request);
                inFlight++;
                mostInFlight = Math.max(mostInFlight, inFlight);
                pending.add(() -> plan(request));
            } else if (said instanceof AggregateTask task) {
                aggregates.add(task);
            } else if (said instanceof RangeStatus status) {
                statuses.add(status);
            }
        }
    }

    /** Lets the fleet work until nothing is left to do. */
    void run() {
        while (!pending.isEmpty()) {
            pending.remove(random.nextInt(pending.size())).run();
            if (random.nextInt(8) == 0) {
                restart();
            }
        }
    }

    RangeStatus last() {
        return statuses.get(statuses.size() - 1);
    }

    boolean nothingIsOpen() {
        return state.open().isEmpty();
    }

    /** State is rebuilt from the log; what the ledger said while it was folded is not said again. */
    private void restart() {
        State rebuilt = State.NONE;
        for (Message message : log) {
            rebuilt = RangeLedger.decide(rebuilt, message, NOW).state();
        }
        if (!rebuilt.equals(state)) {
            throw new AssertionError("replay gives another state: " + rebuilt + " is not " + state);
        }
        state = rebuilt;
    }

    private void plan(PlanRequest request) {
        LocalDate date = request.date();
        PlanId plan = newPlan();
        if (random.nextBoolean()) {
            say(status(date, oldPlan(), DayState.FAILED)); // of an attempt before this range
        }
        switch (fates.apply(date)) {
            case PUBLISHED -> {
                answer(request, Answer.RUNNING, plan);
                pending.add(() -> end(date, plan, DayState.PUBLISHED));
            }
            case FAILED -> {
                answer(request, Answer.RUNNING, plan);
                pending.add(() -> end(date, plan, DayState.FAILED));
            }
            case REPLACED -> {
                answer(request, Answer.RUNNING, plan);
                PlanId newer = newPlan();
                pending.add(() -> end(date, newer, DayState.PUBLISHED));
            }
            case OTHERS -> {
                end(date, plan, DayState.PUBLISHED);
                answer(request, Answer.RUNNING, plan);
            }
            case UNPLANNED -> {
                inFlight--;
                answer(request, Answer.FAILED, plan);
                say(status(date, plan, DayState.FAILED));
            }
            case BEFORE -> {
                inFlight--;
                answer(request, Answer.PUBLISHED, plan);
                say(status(date, plan, DayState.PUBLISHED));
            }
            case EMPTY -> {
                inFlight--;
                answer(request, Answer.EMPTY, plan);
            }
        }
    }

    private void answer(PlanRequest request, Answer answer, PlanId plan) {
        RangeAnswer said = new RangeAnswer(
                request.range().orElseThrow().id(),
                request.date(),
                answer,
                answer == Answer.EMPTY ? Optional.empty() : Optional.of(plan),
                answer == Answer.FAILED ? Optional.of(new Failure("unplanned", Optional.empty())) : Optional.empty());
        say(said);
        if (random.nextInt(3) == 0) {
            say(said);
        }
    }

    private void end(LocalDate date, PlanId plan, DayState state) {
        inFlight--;
        say(status(date, plan, state));
        if (random.nextBoolean()) {
            say(status(date, plan, state)); // told once more, with a note
        }
    }

    private PlanId newPlan() {
        return PlanId.create(NOW.plusMillis(++plans));
    }

    private static PlanId oldPlan() {
        return PlanId.create(NOW.minusSeconds(60));
    }

    static DayStatus status(LocalDate date, PlanId plan, DayState state) {
        return Statuses.of(new Day("equity", date), state, NOW)
                .plan(plan)
                .failure(
                        state == DayState.FAILED
                                ? Optional.of(new Failure("broken", Optional.of("x.parquet")))
                                : Optional.empty())
                .build();
    }

    private static Message decode(Outgoing record) {
        try {
            return new MessageCodec().decode(record.value().orElseThrow());
        } catch (Exception e) {
            throw new AssertionError("the ledger wrote what cannot be read", e);
        }
    }
}
