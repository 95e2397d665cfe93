package io.tickshred.finalizer.ledger;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.message.PublishTask;
import io.tickshred.message.ResultRange;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what follows from a record of {@code batch-results}: a pure function of a plan's state and the message. The
 * first result of a batch wins; when all batches are in, the day is to be published; when the manifest is written, the
 * day is done.
 */
final class BatchLedger {
    /**
     * What follows from a message.
     *
     * @param state new state of the plan
     * @param records to publish
     * @param failure why the day fails with it, if it does
     * @param found whether the ledger itself found that, of which no task's dead letter tells
     */
    record Decision(PlanBatches state, List<Outgoing> records, Optional<Failure> failure, boolean found) {
        Decision(PlanBatches state, List<Outgoing> records) {
            this(state, records, Optional.empty(), false);
        }

        Decision foundHere() {
            return new Decision(state, records, failure, true);
        }
    }

    private BatchLedger() {}

    /**
     * Folds one message.
     *
     * @param state of the plan, {@link PlanBatches.Unknown} before its first record
     * @param at when the message was written, for the status
     */
    static Decision fold(PlanBatches state, Message message, int partition, long offset, Instant at) {
        if (message instanceof BatchesOpened opened && state instanceof PlanBatches.Unknown) {
            return stay(PlanBatches.Open.of(opened, partition, offset));
        }
        if (message instanceof BatchesOpened opened && state instanceof PlanBatches.Superseded superseded) {
            return new Decision(new PlanBatches.Closed(), discarded(opened.day(), superseded.by(), true));
        }
        if (message instanceof BatchResult result && state instanceof PlanBatches.Open open) {
            return batch(open, result, offset, at);
        }
        if (message instanceof PublishResult result && state instanceof PlanBatches.Publishing publishing) {
            return published(publishing.day(), result, at);
        }
        if (message instanceof PlanSuperseded superseded) {
            return superseded(state, superseded.by());
        }
        return stay(state);
    }

    private static Decision batch(PlanBatches.Open open, BatchResult result, long offset, Instant at) {
        PlanHeader header = open.day().header();
        if (result.batch() < 0 || result.batch() >= header.batches() || open.isDone(result.batch())) {
            return stay(open);
        }
        if (result.failure().isPresent()) {
            return result.retrying()
                    ? stay(open)
                    : failed(open, result, result.failure().get(), at);
        }
        if (open.sources().isPresent() && result.sources().isEmpty()) {
            String reason = "its finalizer " + result.worker() + " does not say which rows it took: upgrade it and run"
                    + " the day again";
            return failed(open, result, new Failure(reason, Optional.empty()), at)
                    .foundHere();
        }
        PlanBatches.Open next = open.with(result);
        if (next.done() < header.batches()) {
            boolean tell = next.done() * 100L / header.batches() != open.done() * 100L / header.batches();
            return new Decision(
                    next,
                    tell
                            ? List.of(Outbox.record(status(
                                    next.day(),
                                    DayState.FINALIZING,
                                    next.done(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    at)))
                            : List.of());
        }
        Optional<Failure> wrong = next.sources().flatMap(planned -> SharesCheck.wrong(header, planned, next.shares()));
        if (wrong.isPresent()) {
            return failed(next.day(), next.done(), true, "", wrong.get(), at).foundHere();
        }
        ResultRange range = new ResultRange(open.partition(), open.firstOffset(), offset);
        return new Decision(
                new PlanBatches.Publishing(next.day()),
                List.of(
                        Outbox.record(new PublishTask(header, open.day().results(), range)),
                        Outbox.record(status(
                                next.day(),
                                DayState.FINALIZING,
                                next.done(),
                                Optional.empty(),
                                Optional.empty(),
                                at))));
    }

    private static Decision failed(PlanBatches.Open open, BatchResult result, Failure failure, Instant at) {
        return failed(open.day(), open.done(), true, "batch " + result.batch() + ": ", failure, at);
    }

    private static Decision published(DayComplete day, PublishResult result, Instant at) {
        PlanHeader header = day.header();
        if (result.failure().isPresent()) {
            // An earlier attempt may write the manifest yet: what it names stays.
            return failed(
                    day,
                    header.batches(),
                    false,
                    "publishing: ",
                    result.failure().get(),
                    at);
        }
        List<Outgoing> records = new ArrayList<>();
        records.add(
                Outbox.record(status(day, DayState.PUBLISHED, header.batches(), result.manifest(), Optional.empty(), at)
                        .withFailedMetrics(result.failedMetrics().orElse(List.of()))
                        .withNote(result.note())));
        records.addAll(Outbox.closedMap(header, "published"));
        return new Decision(new PlanBatches.Closed(), records);
    }

    private static Decision failed(
            DayComplete day, int done, boolean output, String what, Failure failure, Instant at) {
        PlanHeader header = day.header();
        Failure told = new Failure(what + failure.reason(), failure.object());
        List<Outgoing> records = new ArrayList<>();
        records.add(Outbox.record(status(day, DayState.FAILED, done, Optional.empty(), Optional.of(told), at)
                .over(header)));
        records.addAll(Outbox.closedMap(header, "failed"));
        records.add(Outbox.record(new DiscardTask(header.plan(), header.day(), output)));
        return new Decision(new PlanBatches.Closed(), records, Optional.of(told), false);
    }

    private static Decision superseded(PlanBatches state, PlanId by) {
        if (state instanceof PlanBatches.Unknown) {
            return stay(new PlanBatches.Superseded(by));
        }
        if (state instanceof PlanBatches.Open open) {
            return new Decision(new PlanBatches.Closed(), discarded(open.day(), by, true));
        }
        if (state instanceof PlanBatches.Publishing publishing) {
            // Its manifest may be written at this moment: the plan that takes its place deletes its batches.
            return new Decision(new PlanBatches.Closed(), discarded(publishing.day(), by, false));
        }
        return stay(state);
    }

    private static List<Outgoing> discarded(DayComplete day, PlanId by, boolean output) {
        PlanHeader header = day.header();
        List<Outgoing> records = new ArrayList<>(Outbox.closedMap(header, "superseded by " + by));
        records.add(Outbox.record(new DiscardTask(header.plan(), header.day(), output)));
        return records;
    }

    static DayStatus status(
            DayComplete day,
            DayState state,
            int batchesDone,
            Optional<String> manifest,
            Optional<Failure> failure,
            Instant at) {
        PlanHeader header = day.header();
        return DayStatus.builder()
                .day(header.day())
                .state(state)
                .chunksDone(header.chunks())
                .chunks(header.chunks())
                .batchesDone(batchesDone)
                .batches(header.batches())
                .rows(header.rows())
                .routed(day.routed())
                .filtered(day.filtered())
                .outside(day.outside())
                .stagedBytes(day.stagedBytes())
                .at(at)
                .plan(header.plan())
                .manifest(manifest)
                .failure(failure)
                .mode(header.mode())
                .build();
    }

    private static Decision stay(PlanBatches state) {
        return new Decision(state, List.of());
    }
}
