package io.tickshred.finalizer.ledger;

import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceShare;
import io.tickshred.model.SourcesHash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Where a plan stands in the batch ledger. A plan moves down this list only. */
sealed interface PlanBatches {
    /** The day, once it was fanned out and as long as it is in hand. */
    Optional<DayComplete> dayComplete();

    /** Nothing was heard of the plan. */
    record Unknown() implements PlanBatches {
        @Override
        public Optional<DayComplete> dayComplete() {
            return Optional.empty();
        }
    }

    /**
     * Batches are being finalized.
     *
     * @param partition of {@code batch-results} that the plan's records are in
     * @param firstOffset offset of the record that opened it
     * @param day with all rows that are accounted for
     * @param sources hash of what the shares must add up to; empty where the day was shredded
     * @param finished the batches with a result; never changed
     * @param shares of the sources, a list for each of these results
     */
    record Open(
            DayComplete day,
            int partition,
            long firstOffset,
            Optional<SourcesHash> sources,
            BitSet finished,
            List<List<SourceShare>> shares)
            implements PlanBatches {
        static Open of(BatchesOpened opened, int partition, long offset) {
            return new Open(opened.day(), partition, offset, opened.sources(), new BitSet(), List.of());
        }

        boolean isDone(int batch) {
            return finished.get(batch);
        }

        int done() {
            return finished.cardinality();
        }

        Open with(BatchResult result) {
            BitSet next = (BitSet) finished.clone();
            next.set(result.batch());
            if (sources.isEmpty()) {
                return new Open(day, partition, firstOffset, sources, next, shares);
            }
            List<SourceShare> share = result.sources().orElse(List.of());
            List<List<SourceShare>> more = new ArrayList<>(shares);
            more.add(share);
            DayComplete accounted = day.plus(
                    share.stream().mapToLong(SourceShare::routed).sum(),
                    share.stream().mapToLong(SourceShare::filtered).sum(),
                    share.stream().mapToLong(SourceShare::outside).sum());
            return new Open(accounted, partition, firstOffset, sources, next, Collections.unmodifiableList(more));
        }

        @Override
        public Optional<DayComplete> dayComplete() {
            return Optional.of(day);
        }
    }

    /** Every batch has a result; the manifest is being written. */
    record Publishing(DayComplete day) implements PlanBatches {
        @Override
        public Optional<DayComplete> dayComplete() {
            return Optional.of(day);
        }
    }

    /** Another plan took its place before its batches were opened: when they are, they are discarded. */
    record Superseded(PlanId by) implements PlanBatches {
        @Override
        public Optional<DayComplete> dayComplete() {
            return Optional.empty();
        }
    }

    /** Published, failed or superseded: nothing that comes later changes it. */
    record Closed() implements PlanBatches {
        @Override
        public Optional<DayComplete> dayComplete() {
            return Optional.empty();
        }
    }
}
