package io.tickshred.planner.tasks;

import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PublishResult;
import io.tickshred.model.BatchFile;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceTally;
import io.tickshred.planner.tasks.TaskReport.Task;
import io.tickshred.planner.tasks.TaskReport.Worker;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Folds what the logs of results say of one plan, in any order of the two logs. Called by one thread at a time. */
final class TaskBoard {
    private final PlanId plan;
    private final StageTally chunks = new StageTally();
    private final StageTally batches = new StageTally();
    private final Map<String, Share> workers = new HashMap<>();
    private @Nullable Instant openedAt;
    private @Nullable Instant fannedOutAt;
    private @Nullable Instant publishedAt;

    /** What a worker did so far. */
    private static final class Share {
        private int chunks;
        private int batches;
        private int failedAttempts;
        private long rows;
        private long busyMillis;
        private Instant lastAt = Instant.EPOCH;
    }

    TaskBoard(PlanId plan) {
        this.plan = plan;
    }

    /** Which plan a record of the two logs is about; empty for one that is about none. */
    static Optional<PlanId> plan(Message message) {
        if (message instanceof PlanOpened m) {
            return Optional.of(m.header().plan());
        } else if (message instanceof ChunkResult m) {
            return Optional.of(m.plan());
        } else if (message instanceof BatchesOpened m) {
            return Optional.of(m.day().header().plan());
        } else if (message instanceof BatchResult m) {
            return Optional.of(m.plan());
        } else if (message instanceof PublishResult m) {
            return Optional.of(m.plan());
        }
        return Optional.empty();
    }

    /** Takes a message of this plan. */
    void take(Message message, Instant at) {
        if (message instanceof PlanOpened opened) {
            openedAt = at;
            totals(opened.header());
        } else if (message instanceof ChunkResult result) {
            chunk(result, at);
        } else if (message instanceof BatchesOpened opened) {
            fannedOutAt = at;
            totals(opened.day().header());
        } else if (message instanceof BatchResult result) {
            batch(result, at);
        } else if (message instanceof PublishResult) {
            publishedAt = at;
        }
    }

    private void totals(PlanHeader header) {
        chunks.total(header.chunks());
        batches.total(header.batches());
    }

    private void chunk(ChunkResult result, Instant at) {
        Share share = heard(result.worker(), at);
        if (result.outcome() != ChunkResult.Outcome.STAGED) {
            chunks.failed(result.chunk());
            share.failedAttempts++;
            return;
        }
        Task task = new Task(
                result.chunk(),
                result.table(),
                result.worker(),
                result.sources().stream().mapToLong(SourceTally::rows).sum(),
                result.run().map(run -> run.sizeBytes()).orElse(0L),
                result.tookMillis(),
                at);
        share.busyMillis += result.tookMillis().orElse(0L);
        if (chunks.done(task)) {
            share.chunks++;
            share.rows += task.rows();
        }
    }

    private void batch(BatchResult result, Instant at) {
        Share share = heard(result.worker(), at);
        if (result.failure().isPresent()) {
            batches.failed(result.batch());
            share.failedAttempts++;
            return;
        }
        Task task = new Task(
                result.batch(),
                "",
                result.worker(),
                result.files().stream().mapToLong(file -> file.proof().rows()).sum(),
                result.files().stream().mapToLong(BatchFile::sizeBytes).sum(),
                result.tookMillis(),
                at);
        share.busyMillis += result.tookMillis().orElse(0L);
        if (batches.done(task)) {
            share.batches++;
            share.rows += task.rows();
        }
    }

    private Share heard(String worker, Instant at) {
        Share share = workers.computeIfAbsent(worker, name -> new Share());
        if (at.isAfter(share.lastAt)) {
            share.lastAt = at;
        }
        return share;
    }

    TaskReport report() {
        List<Worker> shares = workers.entrySet().stream()
                .map(entry -> new Worker(
                        entry.getKey(),
                        entry.getValue().chunks,
                        entry.getValue().batches,
                        entry.getValue().failedAttempts,
                        entry.getValue().rows,
                        entry.getValue().busyMillis,
                        entry.getValue().lastAt))
                .sorted(Comparator.comparing(Worker::rows).reversed().thenComparing(Worker::name))
                .toList();
        return new TaskReport(
                plan,
                Optional.ofNullable(openedAt),
                Optional.ofNullable(fannedOutAt),
                Optional.ofNullable(publishedAt),
                chunks.stage(),
                batches.stage(),
                chunks.slowest(),
                batches.slowest(),
                batches.largest(),
                shares);
    }
}
