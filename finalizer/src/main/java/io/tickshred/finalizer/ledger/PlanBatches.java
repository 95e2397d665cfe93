package io.tickshred.finalizer.ledger;

import io.tickshred.message.DayComplete;
import io.tickshred.model.PlanId;
import java.util.BitSet;
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
     * @param finished the batches with a result; never changed
     */
    record Open(DayComplete day, int partition, long firstOffset, BitSet finished) implements PlanBatches {
        static Open of(DayComplete day, int partition, long offset) {
            return new Open(day, partition, offset, new BitSet());
        }

        boolean isDone(int batch) {
            return finished.get(batch);
        }

        int done() {
            return finished.cardinality();
        }

        Open with(int batch) {
            BitSet next = (BitSet) finished.clone();
            next.set(batch);
            return new Open(day, partition, firstOffset, next);
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
