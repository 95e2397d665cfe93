package io.tickshred.planner.range;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.Failure;
import io.tickshred.model.RangeId;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanRequestHandler;
import io.tickshred.planner.plan.PlanRequests;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what comes in on {@code plan-requests}: a range goes to the ledger of ranges with what has to be looked up for
 * it, a day to {@link PlanRequestHandler}.
 */
public final class RequestHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final RangeOpener ranges;
    private final PlanRequestHandler days;
    private final LastStatus statuses;
    private final Clock clock;

    /** Where a range stands; empty where it was never asked for. May wait for what there is to hear. */
    public interface LastStatus {
        Optional<RangeStatus> of(RangeId range) throws InterruptedException;
    }

    public RequestHandler(RangeOpener ranges, PlanRequestHandler days, LastStatus statuses, Clock clock) {
        this.ranges = ranges;
        this.statuses = statuses;
        this.days = days;
        this.clock = clock;
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) throws InterruptedException {
        Optional<Message> message = parse(record);
        if (message.orElse(null) instanceof RangeRequest request) {
            return open(record, request);
        } else if (message.orElse(null) instanceof RangeStop stop) {
            return List.of(
                    Outbox.rangeEvent(stop.range().dataset(), record.value().orElseThrow()));
        }
        return message.orElse(null) instanceof AggregateRequest request
                ? aggregate(record, request)
                : days.handle(record, replaying);
    }

    private List<Outgoing> aggregate(Incoming record, AggregateRequest request) throws InterruptedException {
        Failure failure;
        try {
            List<Outgoing> records = new ArrayList<>();
            for (AggregateTask task : ranges.aggregate(request, statuses.of(request.range()), clock.instant())) {
                LogLine.info(LOG, "Aggregate asked for")
                        .with(LogKey.RANGE, task.range())
                        .with(LogKey.METRIC, task.metric())
                        .write();
                records.add(Outbox.record(AggregateStatus.running(task)));
                records.add(Outbox.record(task));
            }
            return records;
        } catch (PlanException e) {
            failure = e.failure();
        } catch (RuntimeException e) {
            LogLine.warn(LOG, "An aggregate met an unexpected error")
                    .with(LogKey.RANGE, request.range())
                    .cause(e)
                    .write();
            failure = new Failure("looking up the days met an unexpected error: " + e, Optional.empty());
        }
        LogLine.error(LOG, "Aggregate refused")
                .with(LogKey.RANGE, request.range())
                .with(LogKey.REASON, failure.reason())
                .write();
        List<Outgoing> records = new ArrayList<>();
        for (String metric : request.metrics()) {
            records.add(Outbox.record(AggregateStatus.failed(request.range(), metric, failure, clock.instant())));
        }
        records.add(Outbox.deadLetter(
                record,
                failure,
                Map.of("dataset", request.dataset(), "range", request.range().toString())));
        return records;
    }

    private List<Outgoing> open(Incoming record, RangeRequest request) throws InterruptedException {
        RangeOpened opened = ranges.open(request, clock.instant());
        List<Outgoing> records = new ArrayList<>();
        records.add(Outbox.record(opened));
        if (opened.refused().isPresent()) {
            Failure failure = opened.refused().get();
            LogLine.error(LOG, "Range refused")
                    .with(LogKey.RANGE, request.range())
                    .with(LogKey.REASON, failure.reason())
                    .write();
            records.add(Outbox.deadLetter(
                    record,
                    failure,
                    Map.of(
                            "dataset",
                            request.dataset(),
                            "range",
                            request.range().toString())));
        } else {
            LogLine.info(LOG, "Range opened")
                    .with(LogKey.RANGE, request.range())
                    .with(LogKey.DAYS, request.days().size())
                    .with(LogKey.KNOWN, opened.known().size())
                    .write();
        }
        return records;
    }

    /** What is no message at all is told of by the handler of days. */
    private static Optional<Message> parse(Incoming record) {
        try {
            return record.value().isEmpty()
                    ? Optional.empty()
                    : Optional.of(PlanRequests.parse(record.value().get()));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    @Override
    public void forget(Topic topic, int partition) {
        days.forget(topic, partition);
    }
}
