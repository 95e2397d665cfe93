package io.tickshred.planner.ledger;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.ChunkResult;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanOpened;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.planner.ledger.LedgerState.Closed;
import io.tickshred.planner.ledger.LedgerState.Open;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds the log of chunk results with {@link DayLedger}, a state for each plan of each partition. */
public final class LedgerHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerHandler.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Integer, Map<PlanId, LedgerState>> byPartition = new HashMap<>();
    private final Clock clock;
    private final LedgerMetrics metrics;
    private int open;

    public LedgerHandler(Clock clock, MeterRegistry registry) {
        this.clock = clock;
        this.metrics = new LedgerMetrics(registry);
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        Message message;
        PlanId plan;
        try {
            message = codec.decode(
                    record.value().orElseThrow(() -> new MalformedMessageException("a chunk result has no body")));
            plan = plan(message);
        } catch (MalformedMessageException e) {
            return replaying ? List.of() : malformed(record, e);
        }
        Map<PlanId, LedgerState> plans = byPartition.computeIfAbsent(record.partition(), p -> new HashMap<>());
        Optional<LedgerState> before = Optional.ofNullable(plans.get(plan));
        Decision decision = DayLedger.decide(before, message, record.partition(), record.offset(), clock.instant());
        decision.state().ifPresent(state -> plans.put(plan, state));
        boolean wasOpen = before.filter(Open.class::isInstance).isPresent();
        boolean isOpen = decision.state().filter(Open.class::isInstance).isPresent();
        open += (isOpen ? 1 : 0) - (wasOpen ? 1 : 0);
        metrics.open(open);
        if (replaying) {
            return List.of();
        }
        if (message instanceof ChunkResult result) {
            metrics.result(result.outcome());
        }
        if (wasOpen && decision.state().orElse(null) instanceof Closed end) {
            ended(end);
        }
        if (decision.raised().isEmpty()) {
            return decision.messages();
        }
        List<Outgoing> messages = new ArrayList<>(decision.messages());
        messages.add(Outbox.deadLetter(record, decision.raised().get(), where(decision.state())));
        return messages;
    }

    @Override
    public void forget(Topic topic, int partition) {
        Map<PlanId, LedgerState> gone = byPartition.remove(partition);
        if (gone != null) {
            open -= (int) gone.values().stream().filter(Open.class::isInstance).count();
            metrics.open(open);
        }
    }

    /** What it counts. */
    public static MeterSection meters() {
        return LedgerMetrics.section();
    }

    private void ended(Closed end) {
        metrics.ended(end.end());
        LogLine line =
                switch (end.end()) {
                    case COMPLETE -> LogLine.state(LOG, end.day(), end.plan(), DayState.FINALIZING);
                    case SUPERSEDED ->
                        LogLine.info(LOG, "Plan superseded").day(end.day()).with(LogKey.PLAN, end.plan());
                    case FAILED -> LogLine.state(LOG, end.day(), end.plan(), DayState.FAILED);
                };
        line.with(LogKey.OBJECT, end.failure().flatMap(Failure::object))
                .with(LogKey.REASON, end.failure().map(Failure::reason))
                .write();
    }

    private static Map<String, String> where(Optional<LedgerState> state) {
        Map<String, String> where = new HashMap<>();
        state.ifPresent(s -> {
            where.put("dataset", s.day().dataset());
            where.put("date", s.day().date().toString());
            where.put("plan", s.plan().value());
        });
        return where;
    }

    private static List<Outgoing> malformed(Incoming record, MalformedMessageException e) {
        LogLine.error(LOG, "Chunk result dropped")
                .with(LogKey.KEY, record.key())
                .with(LogKey.OFFSET, record.offset())
                .with(LogKey.REASON, e.getMessage())
                .write();
        Failure failure = new Failure(String.valueOf(e.getMessage()), Optional.empty());
        return List.of(Outbox.deadLetter(record, failure, Map.of()));
    }

    private static PlanId plan(Message message) throws MalformedMessageException {
        if (message instanceof PlanOpened m) {
            return m.header().plan();
        } else if (message instanceof ChunkResult m) {
            return m.plan();
        } else if (message instanceof PlanSuperseded m) {
            return m.plan();
        }
        throw new MalformedMessageException(
                MessageCodec.typeName(message.getClass()) + " does not belong on chunk-results");
    }
}
