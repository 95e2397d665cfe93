package io.tickshred.planner.watch;

import io.tickshred.message.AggregateStatus;
import io.tickshred.message.RangeStatus;
import io.tickshred.transport.Pending;
import io.tickshred.transport.QueueState;
import io.tickshred.transport.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the page is told of the fleet besides its days.
 *
 * @param datasets what may be asked for
 */
record FleetView(List<DatasetView> datasets) {
    FleetView {
        datasets = List.copyOf(datasets);
    }

    /** A dataset and its tables. */
    record DatasetView(String name, List<String> tables) {
        DatasetView {
            tables = List.copyOf(tables);
        }
    }

    /** A range and its aggregates. */
    record RangeView(RangeStatus status, List<AggregateStatus> aggregates) {
        RangeView {
            aggregates = List.copyOf(aggregates);
        }
    }

    /**
     * A work queue.
     *
     * @param oldestSeconds age of the oldest task that is not done
     * @param workers processes that work on it, the first hundred
     * @param processes all of them
     */
    record Queue(
            String queue,
            long waiting,
            long inFlight,
            Optional<Long> oldestSeconds,
            int slots,
            int processes,
            List<QueueState.Worker> workers) {
        private static final int SHOWN = 100;

        Queue {
            workers = List.copyOf(workers);
        }

        static Queue of(Topic queue, QueueState state, Instant now) {
            return new Queue(
                    queue.baseName(),
                    state.waiting(),
                    state.inFlight(),
                    state.oldestAt().map(at -> age(at, now)),
                    state.slots(),
                    state.workers().size(),
                    state.workers().stream().limit(SHOWN).toList());
        }
    }

    /**
     * A ledger.
     *
     * @param records results that it has not counted
     * @param oldestSeconds age of the oldest of them
     */
    record Ledger(String coordinator, long records, Optional<Long> oldestSeconds) {
        static Ledger of(String coordinator, Pending pending, Instant now) {
            return new Ledger(coordinator, pending.records(), pending.oldest().map(at -> age(at, now)));
        }
    }

    /** Clocks differ: nothing is younger than now. */
    private static long age(Instant at, Instant now) {
        return Math.max(0, Duration.between(at, now).toSeconds());
    }
}
