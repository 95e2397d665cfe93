package io.tickshred.planner.ledger;

import io.tickshred.message.ChunkResult;
import io.tickshred.message.ResultRange;
import io.tickshred.model.AttemptId;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceTally;
import io.tickshred.model.SourcesHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where one plan stands in the ledger. A plan without a state was never opened here, and what is said of it is ignored.
 */
sealed interface LedgerState {
    PlanId plan();

    Day day();

    /** Chunks are out. Memory is a bit for each chunk and a line for each attempt that failed and is tried again. */
    record Open(
            PlanHeader header,
            int partition,
            long firstOffset,
            SourcesHash planned,
            ChunkSet done,
            Totals totals,
            Map<Integer, List<Attempt>> failed)
            implements LedgerState {
        /**
         * Attempts remembered for one chunk: more than any delivery limit in use, few enough to be told in one line.
         */
        private static final int ATTEMPTS = 8;

        public Open {
            failed = Map.copyOf(failed);
        }

        static Open of(PlanHeader header, SourcesHash planned, int partition, long offset) {
            return new Open(header, partition, offset, planned, ChunkSet.EMPTY, Totals.NONE, Map.of());
        }

        @Override
        public PlanId plan() {
            return header.plan();
        }

        @Override
        public Day day() {
            return header.day();
        }

        boolean complete() {
            return done.size() == header.chunks();
        }

        int percent() {
            return (int) (100L * done.size() / header.chunks());
        }

        ResultRange results(long lastOffset) {
            return new ResultRange(partition, firstOffset, lastOffset);
        }

        /** The first run of a chunk came in. */
        Open staged(ChunkResult result) {
            Map<Integer, List<Attempt>> rest = failed;
            if (failed.containsKey(result.chunk())) {
                rest = new HashMap<>(failed);
                rest.remove(result.chunk());
            }
            return new Open(
                    header, partition, firstOffset, planned, done.with(result.chunk()), totals.plus(result), rest);
        }

        /** An attempt failed and another one follows. */
        Open retrying(ChunkResult result, Failure failure) {
            List<Attempt> before = attempts(result.chunk());
            boolean known = before.stream().anyMatch(a -> a.attempt().equals(result.attempt()));
            if (done.contains(result.chunk()) || known || before.size() >= ATTEMPTS) {
                return this;
            }
            List<Attempt> now = new ArrayList<>(before);
            now.add(new Attempt(result.attempt(), result.worker(), failure.toString()));
            Map<Integer, List<Attempt>> more = new HashMap<>(failed);
            more.put(result.chunk(), List.copyOf(now));
            return new Open(header, partition, firstOffset, planned, done, totals, more);
        }

        List<Attempt> attempts(int chunk) {
            return failed.getOrDefault(chunk, List.of());
        }

        Closed close(End end, Optional<Failure> failure) {
            return new Closed(plan(), day(), end, failure);
        }
    }

    /** The plan has ended; whatever comes in for it now changes nothing. */
    record Closed(PlanId plan, Day day, End end, Optional<Failure> failure) implements LedgerState {}

    /** How a plan left the ledger. */
    enum End {
        COMPLETE,
        FAILED,
        SUPERSEDED
    }

    /** An attempt that failed and was not the last. */
    record Attempt(AttemptId attempt, String worker, String reason) {}

    /** Sums over the accepted results. */
    record Totals(long rows, long routed, long filtered, long outside, long stagedBytes, SourcesHash sources) {
        static final Totals NONE = new Totals(0, 0, 0, 0, 0, SourcesHash.ZERO);

        Totals plus(ChunkResult result) {
            long addRows = 0;
            long addRouted = 0;
            long addFiltered = 0;
            long addOutside = 0;
            SourcesHash hash = sources;
            for (SourceTally tally : result.sources()) {
                addRows += tally.rows();
                addRouted += tally.routed();
                addFiltered += tally.filtered();
                addOutside += tally.outside();
                hash = hash.plus(
                        result.table(), result.chunk(), tally.ordinal(), tally.key(), tally.etag(), tally.rows());
            }
            long bytes = result.run().map(run -> run.sizeBytes()).orElse(0L);
            return new Totals(
                    rows + addRows,
                    routed + addRouted,
                    filtered + addFiltered,
                    outside + addOutside,
                    stagedBytes + bytes,
                    hash);
        }
    }
}
