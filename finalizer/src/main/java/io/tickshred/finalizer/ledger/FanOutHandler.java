package io.tickshred.finalizer.ledger;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.BatchTask;
import io.tickshred.message.BatchesOpened;
import io.tickshred.message.DayComplete;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.ResultRange;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanHeader;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a complete day into one task for each batch. Without state. */
public final class FanOutHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FanOutHandler.class);

    private final MessageCodec codec = new MessageCodec();

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
        try {
            Message message = codec.decode(record.value().orElseThrow(() -> new MalformedMessageException("no body")));
            if (!(message instanceof DayComplete day)) {
                throw new MalformedMessageException(
                        MessageCodec.typeName(message.getClass()) + " does not belong on day-complete");
            }
            return fanOut(day);
        } catch (MalformedMessageException e) {
            LogLine.error(LOG, "Complete day dropped")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return List.of(Outbox.deadLetter(
                    record, new Failure(e.getMessage(), Optional.empty()), Map.of("source-key", record.key())));
        }
    }

    private static List<Outgoing> fanOut(DayComplete day) throws MalformedMessageException {
        PlanHeader header = day.header();
        ResultRange results = day.results()
                .orElseThrow(() -> new MalformedMessageException("a complete day does not say where its results are"));
        List<Outgoing> records = new ArrayList<>(header.batches() + 1);
        records.add(Outbox.record(new BatchesOpened(day)));
        for (int batch = 0; batch < header.batches(); batch++) {
            records.add(Outbox.record(BatchTask.staged(header, results, batch)));
        }
        LogLine.info(LOG, "Batch tasks published")
                .day(header.day())
                .with(LogKey.PLAN, header.plan())
                .with(LogKey.BATCHES, header.batches())
                .write();
        return records;
    }

    @Override
    public void forget(Topic topic, int partition) {}
}
