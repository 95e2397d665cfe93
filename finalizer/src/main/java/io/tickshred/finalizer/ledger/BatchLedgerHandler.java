package io.tickshred.finalizer.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.BatchResult;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.PublishResult;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final BatchLedgerMetrics metrics;

    public BatchLedgerHandler(Clock clock, MeterRegistry registry) {
        this.clock = clock;
        this.metrics = new BatchLedgerMetrics(registry);
    }

    /** What it counts. */
    public static MeterSection meters() {
        return BatchLedgerMetrics.SECTION;
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
                LogLine.error(LOG, "Result dropped")
                        .with(LogKey.KEY, record.key())
                        .with(LogKey.REASON, e.getMessage())
                        .write();
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
            log(plan, state, decision, message);
        }
        if (!decision.found()) {
            return decision.records();
        }
        List<Outgoing> records = new ArrayList<>(decision.records());
        decision.failure()
                .ifPresent(
                        failure -> records.add(Outbox.deadLetter(record, failure, where(plan, state.dayComplete()))));
        return records;
    }

    private static Map<String, String> where(PlanId plan, Optional<DayComplete> day) {
        Map<String, String> where = new LinkedHashMap<>();
        day.map(complete -> complete.header().day()).ifPresent(known -> {
            where.put("dataset", known.dataset());
            where.put("date", known.date().toString());
        });
        where.put("plan", plan.value());
        return where;
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

    private void log(PlanId plan, PlanBatches before, BatchLedger.Decision decision, Message message) {
        PlanBatches after = decision.state();
        if (before.getClass() == after.getClass() || !(after instanceof PlanBatches.Closed)) {
            return;
        }
        boolean givenUp = before instanceof PlanBatches.Superseded;
        metrics.ended(message, givenUp);
        if (givenUp) {
            return; // no failure: it was superseded before it was heard of here
        }
        Optional<Day> day = before.dayComplete().map(d -> d.header().day());
        if (message instanceof PublishResult result && result.manifest().isPresent()) {
            line(day, plan, DayState.PUBLISHED)
                    .with(LogKey.MANIFEST, result.manifest())
                    .write();
        } else if (message instanceof PlanSuperseded superseded) {
            LogLine line = LogLine.info(LOG, "Plan superseded");
            day.ifPresent(line::day);
            line.with(LogKey.PLAN, plan).with(LogKey.BY, superseded.by()).write();
        } else {
            line(day, plan, DayState.FAILED)
                    .with(LogKey.OBJECT, decision.failure().flatMap(Failure::object))
                    .with(LogKey.REASON, decision.failure().map(Failure::reason))
                    .write();
        }
    }

    /** Of a day that is not known when the ledger never heard of the plan's begin. */
    private static LogLine line(Optional<Day> day, PlanId plan, DayState state) {
        return day.map(known -> LogLine.state(LOG, known, plan, state))
                .orElseGet(() -> LogLine.error(LOG, "Unknown plan ended").with(LogKey.PLAN, plan));
    }
}
