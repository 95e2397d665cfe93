package io.tickshred.planner.range;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the ends of days on from {@code day-status} to {@code range-events}, from where they stand by day to where all
 * of a dataset stands in one order. Holds no state.
 */
public final class DayEndHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(DayEndHandler.class);

    private final MessageCodec codec = new MessageCodec();

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        if (record.value().isEmpty()) {
            return List.of();
        }
        byte[] value = record.value().get();
        try {
            return codec.decode(value) instanceof DayStatus status
                            && status.state().ended()
                    ? List.of(Outbox.rangeEvent(status.day().dataset(), value))
                    : List.of();
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Day status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return List.of();
        }
    }

    @Override
    public void forget(Topic topic, int partition) {
        // There is nothing to forget.
    }
}
