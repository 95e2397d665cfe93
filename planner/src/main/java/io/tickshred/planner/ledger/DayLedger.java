package io.tickshred.planner.ledger;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.SourceTally;
import io.tickshred.planner.ledger.LedgerState.Closed;
import io.tickshred.planner.ledger.LedgerState.End;
import io.tickshred.planner.ledger.LedgerState.Open;
import io.tickshred.transport.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The ledger's decision, pure. The first staged result of a chunk counts, later ones are ignored; a plan ends once,
 * when the last chunk is in and all rows are accounted for, when a chunk has failed for good, when a result does not
 * add up, or when a forced run takes its place.
 */
final class DayLedger {
    /** As much of a reason as a person reads and a record's header holds. */
    private static final int MAX_REASON = 4000;

    private DayLedger() {}

    /**
     * Decides.
     *
     * @param state of the message's plan; empty if the plan was never opened
     * @param partition where the message stands
     * @param offset where the message stands
     * @param now for the statuses' time alone
     */
    static Decision decide(Optional<LedgerState> state, Message message, int partition, long offset, Instant now) {
        if (state.isEmpty()) {
            return message instanceof PlanOpened opened
                    ? Decision.to(Open.of(opened.header(), opened.sources(), partition, offset), List.of())
                    : Decision.none(state);
        }
        if (state.get() instanceof Open open) {
            if (message instanceof ChunkResult result) {
                return result(open, result, offset, now);
            } else if (message instanceof PlanSuperseded superseded) {
                return superseded(open, superseded);
            }
        }
        return Decision.none(state);
    }

    private static Decision result(Open open, ChunkResult result, long offset, Instant now) {
        if (result.chunk() < 0 || result.chunk() >= open.header().chunks()) {
            return raise(
                    open,
                    new Failure(
                            where(result) + " is not of this plan, which has chunks 0 to "
                                    + (open.header().chunks() - 1)
                                    + ": a worker of another version is running; upgrade it and force the day",
                            Optional.empty()),
                    now);
        }
        if (open.done().contains(result.chunk())) {
            return Decision.none(Optional.of(open));
        }
        return switch (result.outcome()) {
            case STAGED -> staged(open, result, offset, now);
            case RETRYING ->
                Decision.to(
                        result.failure()
                                .map(failure -> open.retrying(result, failure))
                                .orElse(open),
                        List.of());
            case FAILED -> failed(open, reason(open, result), now);
        };
    }

    private static Decision staged(Open open, ChunkResult result, long offset, Instant now) {
        Optional<Failure> wrong = wrong(result);
        if (wrong.isPresent()) {
            return raise(open, wrong.get(), now);
        }
        Open next = open.staged(result);
        if (next.complete()) {
            return complete(next, offset, now);
        }
        return next.percent() == open.percent()
                ? Decision.to(next, List.of())
                : Decision.to(next, List.of(status(next, DayState.SHREDDING, Optional.empty(), now)));
    }

    /** What in a result does not add up. */
    private static Optional<Failure> wrong(ChunkResult result) {
        long routed = 0;
        for (SourceTally tally : result.sources()) {
            if (!tally.balanced()) {
                return Optional.of(new Failure(
                        "rows of " + tally.key() + " do not add up: its footer has " + tally.rows() + ", but "
                                + tally.routed() + " routed + " + tally.filtered() + " filtered + " + tally.outside()
                                + " outside the universe are "
                                + (tally.routed() + tally.filtered() + tally.outside()) + "; " + where(result)
                                + "; run the day again, and report it if it stays",
                        Optional.of(tally.key())));
            }
            routed += tally.routed();
        }
        long staged = result.run().map(run -> run.proof().rows()).orElse(0L);
        if (staged != routed) {
            return Optional.of(new Failure(
                    "the staged run has " + staged + " rows, but " + routed + " were routed from "
                            + result.sources().stream()
                                    .map(SourceTally::key)
                                    .limit(5)
                                    .collect(Collectors.joining(", "))
                            + "; " + where(result) + "; run the day again, and report it if it stays",
                    result.sources().stream().map(SourceTally::key).findFirst()));
        }
        return Optional.empty();
    }

    private static Decision complete(Open open, long offset, Instant now) {
        if (open.totals().rows() != open.header().rows()
                || !open.totals().sources().equals(open.planned())) {
            return raise(
                    open,
                    new Failure(
                            "the chunks' results are not of the sources that were planned: "
                                    + open.header().rows()
                                    + " rows planned, " + open.totals().rows() + " accounted for, sources hash "
                                    + open.planned() + " planned, "
                                    + open.totals().sources() + " found; run the day again,"
                                    + " and report it if it stays",
                            Optional.empty()),
                    now);
        }
        LedgerState.Totals sums = open.totals();
        Optional<Long> counted = open.header().outside().filter(outside -> outside != sums.outside());
        if (counted.isPresent()) {
            return raise(
                    open,
                    new Failure(
                            sums.outside() + " rows were left out as outside of the universe, but the planner counted "
                                    + counted.get()
                                    + ": the statistics of a source's listing column may be wrong; write its objects"
                                    + " anew, and report it if it stays",
                            Optional.empty()),
                    now);
        }
        List<Outgoing> messages = List.of(
                Outbox.record(new DayComplete(
                        open.header(),
                        open.results(offset),
                        sums.routed(),
                        sums.filtered(),
                        sums.outside(),
                        sums.stagedBytes())),
                status(open, DayState.FINALIZING, Optional.empty(), now));
        return Decision.to(open.close(End.COMPLETE, Optional.empty()), messages);
    }

    private static Decision raise(Open open, Failure failure, Instant now) {
        Decision decision = failed(open, failure, now);
        return new Decision(decision.state(), decision.messages(), Optional.of(failure));
    }

    private static Decision failed(Open open, Failure failure, Instant now) {
        List<Outgoing> messages = new ArrayList<>();
        messages.add(status(open, DayState.FAILED, Optional.of(failure), now));
        messages.addAll(ending(open, failure.reason()));
        Closed closed = open.close(End.FAILED, Optional.of(failure));
        return Decision.to(closed, messages);
    }

    private static Decision superseded(Open open, PlanSuperseded message) {
        String reason = "superseded by plan " + message.by();
        return Decision.to(open.close(End.SUPERSEDED, Optional.empty()), ending(open, reason));
    }

    private static List<Outgoing> ending(Open open, String reason) {
        List<Outgoing> messages = new ArrayList<>(Outbox.closedMap(open.header(), reason));
        messages.add(Outbox.record(new DiscardTask(open.plan(), open.day(), false)));
        return messages;
    }

    /** The last failure of a chunk, told with those before it that had another reason. */
    private static Failure reason(Open open, ChunkResult result) {
        Failure failure = result.failure().orElseGet(() -> new Failure("no reason given", Optional.empty()));
        List<LedgerState.Attempt> all = open.attempts(result.chunk());
        String kind = kind(failure.toString());
        List<LedgerState.Attempt> others = all.stream()
                .filter(attempt -> !kind(attempt.reason()).equals(kind))
                .toList();
        int same = all.size() - others.size();
        String before = others.stream()
                .map(attempt -> "attempt " + attempt.attempt() + " by " + attempt.worker() + ": " + attempt.reason())
                .collect(Collectors.joining("; "));
        String text = failure.reason() + " (" + where(result) + ")"
                + (same == 0
                        ? ""
                        : "; " + all.size() + (all.size() == 1 ? " attempt before" : " attempts before")
                                + (others.isEmpty()
                                        ? " for the same reason"
                                        : ", " + same + " of them for the same reason"))
                + (before.isEmpty() ? "" : (same == 0 ? "; attempts before: " : "; ") + before);
        return new Failure(text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…", failure.object());
    }

    /** A reason without what differs from one attempt to the next: numbers, ids, names of temporary files. */
    private static String kind(String reason) {
        return reason.replaceAll("\\p{XDigit}*\\d\\p{XDigit}*", "#").replace(" (attempt # of #)", "");
    }

    private static String where(ChunkResult result) {
        return "table " + result.table() + ", chunk " + result.chunk() + ", attempt " + result.attempt() + " by "
                + result.worker();
    }

    private static Outgoing status(Open open, DayState state, Optional<Failure> failure, Instant now) {
        LedgerState.Totals totals = open.totals();
        DayStatus status = DayStatus.builder()
                .day(open.day())
                .state(state)
                .chunksDone(open.done().size())
                .chunks(open.header().chunks())
                .batchesDone(0)
                .batches(open.header().batches())
                .rows(open.header().rows())
                .routed(totals.routed())
                .filtered(totals.filtered())
                .outside(totals.outside())
                .stagedBytes(totals.stagedBytes())
                .at(now)
                .plan(open.plan())
                .failure(failure)
                .mode(open.header().mode())
                .build();
        return Outbox.record(state == DayState.FAILED ? status.over(open.header()) : status);
    }
}
