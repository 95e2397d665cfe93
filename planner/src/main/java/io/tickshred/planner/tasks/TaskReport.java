package io.tickshred.planner.tasks;

import io.tickshred.model.PlanId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of the tasks of a plan so far. Its size does not grow with the plan's.
 *
 * @param openedAt when the tasks were given out; empty where the log does not hold it any more
 * @param fannedOutAt when the batches were given out
 * @param publishedAt when the manifest was written, or could not be
 * @param slowestChunks those that took longest first; only of workers that tell the time
 * @param slowestBatches as the chunks
 * @param largestBatches those with the most rows first
 * @param workers who did something, the busiest first
 */
public record TaskReport(
        PlanId plan,
        Optional<Instant> openedAt,
        Optional<Instant> fannedOutAt,
        Optional<Instant> publishedAt,
        Stage chunks,
        Stage batches,
        List<Task> slowestChunks,
        List<Task> slowestBatches,
        List<Task> largestBatches,
        List<Worker> workers) {
    public TaskReport {
        slowestChunks = List.copyOf(slowestChunks);
        slowestBatches = List.copyOf(slowestBatches);
        largestBatches = List.copyOf(largestBatches);
        workers = List.copyOf(workers);
    }

    /** Whether the log told of every task. */
    public boolean complete() {
        return chunks.total() + batches.total() > 0
                && chunks.done() == chunks.total()
                && batches.done() == batches.total();
    }

    /**
     * All chunks or all batches.
     *
     * @param total 0 where it is not known
     * @param failedAttempts of all tasks
     * @param each tasks in a cell
     * @param doneByCell done tasks of each cell, in the order of their numbers
     * @param failingByCell tasks of each cell of which an attempt failed and none went well yet
     */
    public record Stage(
            int total,
            int done,
            int failedAttempts,
            Optional<Instant> firstAt,
            Optional<Instant> lastAt,
            int each,
            List<Integer> doneByCell,
            List<Integer> failingByCell) {
        public Stage {
            doneByCell = List.copyOf(doneByCell);
            failingByCell = List.copyOf(failingByCell);
        }
    }

    /**
     * A task that is done.
     *
     * @param table of a chunk; empty text for a batch, which has all
     * @param rows read of a chunk, written of a batch
     * @param bytes staged of a chunk, published of a batch
     * @param tookMillis absent where its worker did not tell
     * @param at when its result was written
     */
    public record Task(
            int number, String table, String worker, long rows, long bytes, Optional<Long> tookMillis, Instant at) {}

    /**
     * What a process did for the plan.
     *
     * @param busyMillis over all of its slots
     * @param lastAt when it was last heard of
     */
    public record Worker(
            String name, int chunks, int batches, int failedAttempts, long rows, long busyMillis, Instant lastAt) {}
}
