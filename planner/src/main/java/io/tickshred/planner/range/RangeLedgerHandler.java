package io.tickshred.planner.range;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.Failure;
import io.tickshred.planner.range.RangeLedger.Decision;
import io.tickshred.planner.range.RangeLedger.State;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds {@code range-events} with {@link RangeLedger}, a state for each dataset of each partition. */
public final class RangeLedgerHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RangeLedgerHandler.class);

    private final MessageCodec codec = new MessageCodec();
    private final Map<Integer, Map<String, State>> byPartition = new HashMap<>();
    private final Clock clock;

    public RangeLedgerHandler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        Message message;
        String dataset;
        try {
            message = codec.decode(
                    record.value().orElseThrow(() -> new MalformedMessageException("a range event has no body")));
            dataset = dataset(message);
        } catch (MalformedMessageException e) {
            return replaying ? List.of() : malformed(record, e);
        }
        Map<String, State> states = byPartition.computeIfAbsent(record.partition(), p -> new HashMap<>());
        State before = states.getOrDefault(dataset, State.NONE);
        Decision decision = RangeLedger.decide(before, message, clock.instant());
        states.put(dataset, decision.state());
        if (replaying) {
            return List.of();
        }
        if (message instanceof RangeStop stop && before.stoppable(stop.range())) {
            LogLine.info(LOG, "Range told to stop")
                    .with(LogKey.RANGE, stop.range())
                    .write();
        }
        decision.messages().forEach(this::log);
        return decision.messages();
    }

    @Override
    public void forget(Topic topic, int partition) {
        byPartition.remove(partition);
    }

    private void log(Outgoing record) {
        if (record.topic() != Topic.RANGE_STATUS) {
            return;
        }
        try {
            if (codec.decode(record.value().orElseThrow()) instanceof RangeStatus status
                    && status.state().ended()) {
                LogLine.info(LOG, "Range ended")
                        .with(LogKey.RANGE, status.range())
                        .with(LogKey.STATE, status.state())
                        .with(LogKey.PUBLISHED, status.published())
                        .with(LogKey.FAILED, status.failed())
                        .with(LogKey.SKIPPED, status.skipped())
                        .with(LogKey.WAITING, status.waiting())
                        .with(LogKey.REASON, status.failure().map(Failure::reason))
                        .write();
            }
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("the ledger wrote what it cannot read", e);
        }
    }

    private static List<Outgoing> malformed(Incoming record, MalformedMessageException e) {
        LogLine.error(LOG, "Range event dropped")
                .with(LogKey.KEY, record.key())
                .with(LogKey.OFFSET, record.offset())
                .with(LogKey.REASON, e.getMessage())
                .write();
        Failure failure = new Failure(String.valueOf(e.getMessage()), Optional.empty());
        return List.of(Outbox.deadLetter(record, failure, Map.of()));
    }

    private static String dataset(Message message) throws MalformedMessageException {
        if (message instanceof RangeOpened m) {
            return m.range().dataset();
        } else if (message instanceof RangeAnswer m) {
            return m.range().dataset();
        } else if (message instanceof RangeStop m) {
            return m.range().dataset();
        } else if (message instanceof DayStatus m) {
            return m.day().dataset();
        }
        throw new MalformedMessageException(
                MessageCodec.typeName(message.getClass()) + " does not belong on range-events");
    }
}
