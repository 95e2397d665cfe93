package io.tickshred.finalizer.ledger;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the {@link BatchLedger}'s state for each partition of {@code batch-results} and rebuilds it by replay. */
public final class BatchLedgerHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLedgerHandler.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Integer, Map<PlanId, PlanBatches>> states = new HashMap<>();
    private final Clock clock;

    public BatchLedgerHandler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        Message message;
        PlanId plan;
        try {
            message = codec.decode(
                    record.value().orElseThrow(() -> new MalformedMessageException("a result has no body")));
            plan = planOf(message);
        } catch (MalformedMessageException e) {
            if (!replaying) {
                LOG.error("Result dropped key={} reason=\"{}\"", record.key(), e.getMessage());
            }
            return List.of(Outbox.deadLetter(
                    record, new Failure(e.getMessage(), Optional.empty()), Map.of("source-key", record.key())));
        }
        Map<PlanId, PlanBatches> plans = states.computeIfAbsent(record.partition(), p -> new HashMap<>());
        PlanBatches state = plans.getOrDefault(plan, new PlanBatches.Unknown());
        BatchLedger.Decision decision =
                BatchLedger.fold(state, message, record.partition(), record.offset(), Instant.now(clock));
        plans.put(plan, decision.state());
        if (!replaying) {
            log(plan, state, decision.state(), message);
        }
        return decision.records();
    }

    @Override
    public void forget(Topic topic, int partition) {
        states.remove(partition);
    }

    private static PlanId planOf(Message message) throws MalformedMessageException {
        if (message instanceof BatchesOpened opened) {
            return opened.day().header().plan();
        } else if (message instanceof BatchResult result) {
            return result.plan();
        } else if (message instanceof PublishResult result) {
            return result.plan();
        } else if (message instanceof PlanSuperseded superseded) {
            return superseded.plan();
        }
        throw new MalformedMessageException(
                MessageCodec.typeName(message.getClass()) + " does not belong on batch-results");
    }

    private static void log(PlanId plan, PlanBatches before, PlanBatches after, Message message) {
        if (before.getClass() == after.getClass() || !(after instanceof PlanBatches.Closed)) {
            return;
        }
        String day = before.dayComplete().map(d -> d.header().day().toString()).orElse("unknown");
        if (message instanceof PublishResult result && result.manifest().isPresent()) {
            LOG.info(
                    "Day published day={} plan={} manifest={}",
                    day,
                    plan,
                    result.manifest().get());
        } else if (message instanceof PlanSuperseded superseded) {
            LOG.info("Day superseded day={} plan={} by={}", day, plan, superseded.by());
        } else {
            Optional<Failure> failure = message instanceof BatchResult result
                    ? result.failure()
                    : message instanceof PublishResult result ? result.failure() : Optional.empty();
            LOG.error(
                    "Day failed day={} plan={} reason=\"{}\"",
                    day,
                    plan,
                    failure.map(Failure::toString).orElse(""));
        }
    }
}
