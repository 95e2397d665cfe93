package io.tickshred.finalizer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.model.AttemptId;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchLedgerHandlerTest {
    private static final Failure FULL = new Failure("the disk is full", Optional.empty());

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchLedgerHandler handler = new BatchLedgerHandler(Clock.systemUTC(), registry);
    private long offset;

    private void hear(boolean replaying, Message... messages) {
        for (Message message : messages) {
            Optional<byte[]> value = Optional.of(new MessageCodec().encode(message));
            handler.handle(new Incoming(Topic.BATCH_RESULTS, 0, offset++, "plan", value, Map.of()), replaying);
        }
    }

    private static BatchResult failed(PlanHeader header) {
        return new BatchResult(header.plan(), 0, AttemptId.create(), "f1", List.of(), Optional.of(FULL), false);
    }

    private static BatchResult done(PlanHeader header) {
        BatchFile file = new BatchFile("trades", 0, "k", 1, "00", Proof.EMPTY, Optional.empty(), Optional.empty(), 0);
        return new BatchResult(header.plan(), 0, AttemptId.create(), "f1", List.of(file), Optional.empty(), false);
    }

    private List<Double> ended() {
        return List.of("published", "failed", "superseded").stream()
                .map(end -> registry.get("tickshred.batch.ledger.plans.ended")
                        .tag("end", end)
                        .counter()
                        .count())
                .toList();
    }

    @Test
    void eachEndOfAPlanIsCountedOnceByWhatItWas() {
        PlanHeader broken = Plans.header(2, 1);
        PlanHeader unpublished = Plans.header(1, 1);
        PlanHeader published = Plans.header(1, 1);
        PlanHeader superseded = Plans.header(1, 1);

        hear(false, new BatchesOpened(Plans.complete(broken)), failed(broken), failed(broken));
        hear(
                false,
                new BatchesOpened(Plans.complete(unpublished)),
                done(unpublished),
                new PublishResult(unpublished.plan(), Optional.empty(), Optional.of(FULL)));
        assertThat(ended()).as("published, failed, superseded").containsExactly(0.0, 2.0, 0.0);
        PublishResult done = new PublishResult(published.plan(), Optional.of("s3://b/manifest.json"), Optional.empty());
        hear(false, new BatchesOpened(Plans.complete(published)), done(published), done, done);
        hear(
                false,
                new BatchesOpened(Plans.complete(superseded)),
                new PlanSuperseded(superseded.plan(), published.plan()));

        assertThat(ended()).containsExactly(1.0, 2.0, 1.0);
    }

    @Test
    void aPlanThatIsHeardOfAfterItWasSupersededHasNotFailed() {
        PlanHeader header = Plans.header(1, 1);
        PlanHeader newer = Plans.header(1, 1);

        hear(false, new PlanSuperseded(header.plan(), newer.plan()), new BatchesOpened(Plans.complete(header)));

        assertThat(ended()).containsExactly(0.0, 0.0, 1.0);
    }

    @Test
    void whatIsOnlyReplayedWasCountedBefore() {
        PlanHeader header = Plans.header(1, 1);

        hear(true, new BatchesOpened(Plans.complete(header)), failed(header));

        assertThat(ended()).containsExactly(0.0, 0.0, 0.0);
    }
}
