package io.tickshred.planner.tasks;

import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Follows the logs of results from an instant on, and keeps the boards of the plans that are asked for. Thread-safe.
 */
public final class TaskBoards implements AutoCloseable {
    /** The writers' clocks may differ by as much. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    private static final long STEP_MILLIS = 250;

    private final MessageCodec codec = new MessageCodec();
    private final Predicate<PlanId> wanted;
    /** Guarded by itself. */
    private final Map<PlanId, TaskBoard> boards = new LinkedHashMap<>();

    private final Transport.View chunks;
    private final Transport.View batches;

    private TaskBoards(Transport transport, Instant since, Predicate<PlanId> wanted) {
        this.wanted = wanted;
        Instant from = since.minus(CLOCKS);
        chunks = transport.view(Topic.CHUNK_RESULTS, from, this::accept);
        batches = transport.view(Topic.BATCH_RESULTS, from, this::accept);
    }

    /** Follows one plan. */
    public static TaskBoards of(Transport transport, PlanId plan) {
        return new TaskBoards(transport, plan.createdAt(), plan::equals);
    }

    /** Follows all plans that are not older than this one. */
    public static TaskBoards since(Transport transport, PlanId oldest) {
        return new TaskBoards(transport, oldest.createdAt(), plan -> plan.compareTo(oldest) >= 0);
    }

    private void accept(Incoming record) {
        // The key is the plan's id: what is of no plan that is asked for need not be read.
        if (record.value().isEmpty() || !mayBeWanted(record.key())) {
            return;
        }
        try {
            Message message = codec.decode(record.value().get());
            Optional<PlanId> plan = TaskBoard.plan(message);
            if (plan.filter(wanted).isPresent()) {
                synchronized (boards) {
                    boards.computeIfAbsent(plan.get(), TaskBoard::new).take(message, record.writtenAt());
                }
            }
        } catch (MalformedMessageException e) {
            // The ledger has put it on the dead letters; here it is only looked at.
            return;
        }
    }

    private boolean mayBeWanted(String key) {
        try {
            return wanted.test(new PlanId(key));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** What is known of a plan so far. */
    public Optional<TaskReport> report(PlanId plan) {
        synchronized (boards) {
            return Optional.ofNullable(boards.get(plan)).map(TaskBoard::report);
        }
    }

    /** Forgets a plan that nobody asks for any more. */
    public void forget(PlanId plan) {
        synchronized (boards) {
            boards.remove(plan);
        }
    }

    /**
     * Waits until the logs were read to their present ends, or every task of the plan was heard of and it was
     * published, whatever comes first. False when the time ran out.
     */
    public boolean await(PlanId plan, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Duration step = Duration.ofMillis(STEP_MILLIS);
        boolean chunksRead = false;
        boolean batchesRead = false;
        while (System.nanoTime() - deadline < 0) {
            chunksRead = chunksRead || chunks.awaitCaughtUp(step);
            batchesRead = batchesRead || batches.awaitCaughtUp(step);
            boolean all = report(plan)
                    .filter(report -> report.complete() && report.publishedAt().isPresent())
                    .isPresent();
            if (all || chunksRead && batchesRead) {
                return true;
            }
        }
        return false;
    }

    /** Why the logs cannot be read; empty when all is well. */
    public Optional<String> trouble() {
        return chunks.trouble().or(batches::trouble);
    }

    @Override
    public void close() {
        // Both are told before either is waited for: each ends with its fetch.
        chunks.drain();
        batches.drain();
        chunks.close();
        batches.close();
    }
}
