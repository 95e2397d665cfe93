package io.tickshred.planner.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.DayComplete;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PublishResult;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.SourcesHash;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskBoardsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MemoryTransport transport = new MemoryTransport();
    private final PlanId plan = PlanId.create(Instant.now());
    private final PlanHeader header = Plans.header(plan, 2, 3, Optional.empty());

    private void say(Message... messages) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            for (Message message : messages) {
                publisher.publish(List.of(Outbox.record(message)));
            }
        }
    }

    private static ChunkResult staged(PlanId plan, int chunk, String worker, long rows, Optional<Long> tookMillis) {
        AttemptId attempt = AttemptId.create();
        return new ChunkResult(
                plan,
                "trades",
                chunk,
                attempt,
                worker,
                ChunkResult.Outcome.STAGED,
                List.of(new SourceTally(chunk, "key-" + chunk, "etag", 1000, rows, rows, 0, 0)),
                Optional.of(new StagedRun(
                        List.of(new StagedFile("staging/" + attempt, 50, "etag", "0".repeat(64))),
                        List.of(new RunSlice(0, 0, 0, 1, new Proof(rows, new RowHash(chunk)))))),
                Optional.empty(),
                tookMillis);
    }

    private static ChunkResult retrying(PlanId plan, int chunk, String worker) {
        return new ChunkResult(
                plan,
                "trades",
                chunk,
                AttemptId.create(),
                worker,
                ChunkResult.Outcome.RETRYING,
                List.of(),
                Optional.empty(),
                Optional.of(new Failure("the store is away", Optional.empty())));
    }

    private static BatchResult done(PlanId plan, int batch, long rows) {
        BatchFile file = new BatchFile(
                "trades",
                batch,
                "batch-" + batch,
                10 * rows,
                "0".repeat(64),
                new Proof(rows, new RowHash(1)),
                Optional.empty(),
                Optional.empty(),
                1);
        return new BatchResult(
                plan,
                batch,
                AttemptId.create(),
                "f1",
                List.of(file),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(70L));
    }

    private TaskReport report() throws Exception {
        try (TaskBoards boards = TaskBoards.of(transport, plan)) {
            assertThat(boards.await(plan, PATIENCE)).isTrue();
            return boards.report(plan).orElseThrow();
        }
    }

    @Test
    void theFirstResultOfAChunkCountsAndFailedAttemptsAreCountedBesideIt() throws Exception {
        say(new PlanOpened(header, SourcesHash.ZERO));
        say(
                retrying(plan, 1, "w2"),
                staged(plan, 0, "w1", 100, Optional.of(900L)),
                retrying(plan, 2, "w2"),
                staged(plan, 1, "w1", 300, Optional.of(1200L)),
                staged(plan, 1, "w2", 300, Optional.of(9999L)));

        TaskReport report = report();

        assertThat(report.chunks().total()).isEqualTo(3);
        assertThat(report.chunks().done()).isEqualTo(2);
        assertThat(report.chunks().failedAttempts()).isEqualTo(2);
        assertThat(report.chunks().doneByCell()).containsExactly(1, 1, 0);
        assertThat(report.chunks().failingByCell())
                .as("a chunk that went well after all is not failing")
                .containsExactly(0, 0, 1);
        assertThat(report.slowestChunks()).extracting(TaskReport.Task::number).containsExactly(1, 0);
        assertThat(report.workers()).extracting(TaskReport.Worker::name).containsExactly("w1", "w2");
        assertThat(report.workers().get(0).rows()).isEqualTo(400);
        assertThat(report.workers().get(0).busyMillis()).isEqualTo(2100);
        assertThat(report.workers().get(1).chunks()).isZero();
        assertThat(report.workers().get(1).failedAttempts()).isEqualTo(2);
        assertThat(report.complete()).isFalse();
        assertThat(report.fannedOutAt()).isEmpty();
    }

    @Test
    void aPublishedPlanHasItsWholeTimelineAndItsLargestBatches() throws Exception {
        say(new PlanOpened(header, SourcesHash.ZERO));
        for (int chunk = 0; chunk < 3; chunk++) {
            say(staged(plan, chunk, "w1", 100, Optional.empty()));
        }
        say(new BatchesOpened(Plans.complete(header)));
        say(done(plan, 0, 100), done(plan, 1, 200), new PublishResult(plan, Optional.of("m"), Optional.empty()));

        TaskReport report = report();

        assertThat(report.complete()).isTrue();
        assertThat(List.of(
                        report.openedAt().orElseThrow(),
                        report.chunks().firstAt().orElseThrow(),
                        report.chunks().lastAt().orElseThrow(),
                        report.fannedOutAt().orElseThrow(),
                        report.batches().firstAt().orElseThrow(),
                        report.batches().lastAt().orElseThrow(),
                        report.publishedAt().orElseThrow()))
                .isSorted();
        assertThat(report.largestBatches()).extracting(TaskReport.Task::number).containsExactly(1, 0);
        assertThat(report.largestBatches().get(0).bytes()).isEqualTo(2000);
        assertThat(report.slowestChunks())
                .as("of workers that do not tell the time")
                .isEmpty();
    }

    @Test
    void aPlanWhoseBatchesReadTheSourcesIsCompleteWithItsBatches() throws Exception {
        PlanHeader naive = Plans.header(plan, 2, 0, Optional.empty());
        say(new BatchesOpened(DayComplete.naive(naive), Optional.of(SourcesHash.ZERO)));
        say(done(plan, 0, 100));
        TaskReport half = report();
        say(done(plan, 1, 200));

        assertThat(half.complete()).isFalse();
        assertThat(half.batches().total()).isEqualTo(2);
        assertThat(report().complete()).isTrue();
        assertThat(report().chunks().total()).isZero();
        assertThat(report().openedAt()).isEmpty();
        assertThat(report().fannedOutAt()).isPresent();
    }

    @Test
    void aPlanOfManyChunksIsToldInFewCells() throws Exception {
        PlanHeader large = Plans.header(plan, 2, 100_000, Optional.empty());
        say(new PlanOpened(large, SourcesHash.ZERO));
        say(IntStream.range(0, 1000)
                .mapToObj(chunk -> staged(plan, chunk, "w" + chunk % 3, 1, Optional.of((long) chunk)))
                .toArray(Message[]::new));

        TaskReport report = report();

        assertThat(report.chunks().each()).isEqualTo(278);
        assertThat(report.chunks().doneByCell()).hasSize(360).startsWith(278, 278, 278, 166, 0);
        assertThat(report.slowestChunks()).hasSize(20).first().satisfies(task -> assertThat(task.number())
                .isEqualTo(999));
    }

    @Test
    void otherPlansAreNotMixedIn() throws Exception {
        PlanId other = PlanId.create(Instant.now());
        say(new PlanOpened(header, SourcesHash.ZERO), staged(other, 0, "w9", 5, Optional.of(1L)));

        assertThat(report().workers()).isEmpty();
    }
}
