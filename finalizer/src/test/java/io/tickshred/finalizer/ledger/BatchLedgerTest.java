package io.tickshred.finalizer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchMapClosed;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.message.PublishTask;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Outgoing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchLedgerTest {
    private static final MessageCodec CODEC = new MessageCodec();

    /** Folds messages in the order given, as one partition would, and keeps all that was emitted. */
    private static final class Log {
        private PlanBatches state = new PlanBatches.Unknown();
        private final List<Message> emitted = new ArrayList<>();
        private long offset = 10;

        Log add(Message message) {
            BatchLedger.Decision decision = BatchLedger.fold(state, message, 3, offset++, Plans.NOON);
            state = decision.state();
            for (Outgoing record : decision.records()) {
                record.value().ifPresent(value -> {
                    try {
                        emitted.add(CODEC.decode(value));
                    } catch (MalformedMessageException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            return this;
        }

        <T> List<T> emitted(Class<T> type) {
            return emitted.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    private static BatchResult done(PlanHeader header, int batch) {
        BatchFile file = new BatchFile(
                "trades", batch, "k" + batch, 1, "00", Proof.EMPTY, Optional.empty(), Optional.empty(), 0);
        return new BatchResult(header.plan(), batch, AttemptId.create(), "f1", List.of(file), Optional.empty(), false);
    }

    private static BatchResult failed(PlanHeader header, int batch, boolean retrying) {
        return new BatchResult(
                header.plan(),
                batch,
                AttemptId.create(),
                "f1",
                List.of(),
                Optional.of(new Failure("the disk is full", Optional.empty())),
                retrying);
    }

    @Property(tries = 200)
    void anyOrderAndDuplicationOfResultsPublishesTheDayOnce(
            @ForAll @IntRange(min = 1, max = 40) int batches, @ForAll long seed) {
        PlanHeader header = Plans.header(batches, 4);
        List<Message> results = new ArrayList<>();
        Random random = new Random(seed);
        for (int batch = 0; batch < batches; batch++) {
            for (int copy = random.nextInt(3); copy >= 0; copy--) {
                results.add(done(header, batch));
            }
            if (random.nextInt(4) == 0) {
                results.add(failed(header, batch, true));
            }
        }
        Collections.shuffle(results, random);

        Log log = new Log().add(new BatchesOpened(Plans.complete(header)));
        results.forEach(log::add);

        assertThat(log.emitted(PublishTask.class)).singleElement().satisfies(task -> {
            assertThat(task.batchResults().partition()).isEqualTo(3);
            assertThat(task.batchResults().firstOffset()).isEqualTo(10);
            assertThat(task.batchResults().lastOffset()).isLessThan(log.offset);
        });
    }

    @Test
    void aDayIsPublishedOnlyWhenItsManifestIsWritten() {
        PlanHeader header = Plans.header(1, 1);
        Log log = new Log().add(new BatchesOpened(Plans.complete(header))).add(done(header, 0));
        assertThat(log.emitted(DayStatus.class)).extracting(DayStatus::state).containsOnly(DayState.FINALIZING);

        log.add(new PublishResult(header.plan(), Optional.of("s3://b/manifest.json"), Optional.empty()));

        assertThat(log.emitted(DayStatus.class)).last().satisfies(status -> {
            assertThat(status.state()).isEqualTo(DayState.PUBLISHED);
            assertThat(status.manifest()).contains("s3://b/manifest.json");
        });
        assertThat(log.emitted(BatchMapClosed.class)).hasSize(1);
    }

    @Test
    void whatAPersonShouldKnowOfAPublishedDayIsInItsStatus() {
        PlanHeader header = Plans.header(1, 1);
        Log log = new Log().add(new BatchesOpened(Plans.complete(header))).add(done(header, 0));

        log.add(new PublishResult(
                header.plan(),
                Optional.of("s3://b/manifest.json"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("1 batch turned out larger")));

        assertThat(log.emitted(DayStatus.class)).last().satisfies(status -> assertThat(status.note())
                .contains("1 batch turned out larger"));
    }

    @Test
    void aForcedRunThatFailsSaysThatWhatWasPublishedStands() {
        PlanId earlier = PlanId.create(Plans.NOON.minusSeconds(60));
        PlanHeader header = Plans.header(PlanId.create(Plans.NOON), 1, 1, Optional.of(earlier))
                .over(Optional.of("s3://b/manifest.json"));

        Log log = new Log().add(new BatchesOpened(Plans.complete(header))).add(failed(header, 0, false));

        assertThat(log.emitted(DayStatus.class)).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(DayState.FAILED);
            assertThat(status.manifest()).contains("s3://b/manifest.json");
            assertThat(status.note().orElseThrow()).startsWith("what plan " + earlier + " published of the day still");
        });
    }

    @Test
    void aFailedBatchFailsTheDayOnceAndDiscardsWhatThePlanWrote() {
        PlanHeader header = Plans.header(3, 1);
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(failed(header, 1, false))
                .add(failed(header, 2, false))
                .add(done(header, 0));

        assertThat(log.emitted(DayStatus.class)).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(DayState.FAILED);
            assertThat(status.failure().orElseThrow().reason()).isEqualTo("batch 1: the disk is full");
        });
        assertThat(log.emitted(DiscardTask.class)).singleElement().matches(DiscardTask::output);
    }

    @Test
    void aSupersededPlanIsClosedWithoutAWordOnTheDay() {
        PlanHeader header = Plans.header(2, 1);
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(new PlanSuperseded(header.plan(), PlanId.create(Plans.NOON.plusSeconds(1))))
                .add(done(header, 0))
                .add(done(header, 1));

        assertThat(log.emitted(DayStatus.class)).isEmpty();
        assertThat(log.emitted(PublishTask.class)).isEmpty();
        assertThat(log.emitted(DiscardTask.class)).hasSize(1);
    }

    @Test
    void aPlanThatIsSupersededWhileItIsPublishedKeepsItsBatches() {
        PlanHeader header = Plans.header(1, 1);
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(done(header, 0))
                .add(new PlanSuperseded(header.plan(), PlanId.create(Plans.NOON.plusSeconds(1))));

        assertThat(log.emitted(PublishTask.class)).hasSize(1);
        assertThat(log.emitted(DiscardTask.class))
                .as("its manifest may be written at this very moment")
                .singleElement()
                .matches(discard -> !discard.output());
    }

    @Test
    void aPlanWhosePublicationFailedKeepsItsBatches() {
        PlanHeader header = Plans.header(1, 1);
        Failure failure = new Failure("gone", Optional.empty());
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(done(header, 0))
                .add(new PublishResult(header.plan(), Optional.empty(), Optional.of(failure)));

        assertThat(log.emitted(DiscardTask.class))
                .as("an earlier attempt may still write the manifest")
                .singleElement()
                .matches(discard -> !discard.output());
    }

    @Test
    void aBatchThatIsDoneDoesNotFailByALaterAttempt() {
        PlanHeader header = Plans.header(2, 1);
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(done(header, 0))
                .add(failed(header, 0, false))
                .add(done(header, 1));

        assertThat(log.emitted(PublishTask.class)).hasSize(1);
        assertThat(log.emitted(DiscardTask.class)).isEmpty();
    }

    @Test
    void aResultOfABatchThatThePlanHasNotIsPassedOver() {
        PlanHeader header = Plans.header(1, 1);
        Log log = new Log()
                .add(new BatchesOpened(Plans.complete(header)))
                .add(done(header, -1))
                .add(done(header, 1))
                .add(failed(header, -1, false))
                .add(done(header, 0));

        assertThat(log.emitted(PublishTask.class)).hasSize(1);
    }

    @Test
    void aPlanThatWasSupersededBeforeItsFanOutIsDiscardedWhenItComes() {
        PlanHeader header = Plans.header(1, 1);
        Log log = new Log()
                .add(new PlanSuperseded(header.plan(), PlanId.create(Plans.NOON.plusSeconds(1))))
                .add(new BatchesOpened(Plans.complete(header)))
                .add(done(header, 0));

        assertThat(log.emitted(DayStatus.class)).isEmpty();
        assertThat(log.emitted(PublishTask.class)).isEmpty();
        assertThat(log.emitted(BatchMapClosed.class)).hasSize(1);
        assertThat(log.emitted(DiscardTask.class)).singleElement().matches(DiscardTask::output);
    }
}
