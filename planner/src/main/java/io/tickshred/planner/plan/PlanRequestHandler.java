package io.tickshred.planner.plan;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.config.DatasetFingerprint;
import io.tickshred.config.Datasets;
import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.PlanSuperseded;
import io.tickshred.message.RangeAnswer;
import io.tickshred.message.RangeAnswer.Answer;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanMetrics.Outcome;
import io.tickshred.planner.plan.PublishedDays.Published;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers plan requests: plans the day, or says why not. A day in progress or published is planned again only by force.
 * All requests for a day are decided in order by one planner, because they have one key; a request that was written
 * under another is passed on under its own.
 *
 * <p>A planner that dies while planning has published no more than the status {@code PLANNING}; its request is handled
 * again, which is why that status does not count as in progress here.
 */
public final class PlanRequestHandler implements LogHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PlanRequestHandler.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);

    private final Datasets datasets;
    private final DayPlanner planner;
    private final PublishedDays published;
    private final DayStatuses days;
    private final Publisher publisher;
    private final Clock clock;
    private final PlanMetrics metrics;

    /** Plans that this planner made, until day-status tells of them: their transaction may be open still. */
    private final Map<Day, Made> made = new HashMap<>();

    /** A plan and the partition of its request. */
    private record Made(int partition, DayStatus status) {}

    public PlanRequestHandler(
            Datasets datasets,
            DayPlanner planner,
            PublishedDays published,
            DayStatuses days,
            Publisher publisher,
            Clock clock,
            MeterRegistry registry) {
        this.datasets = datasets;
        this.planner = planner;
        this.published = published;
        this.days = days;
        this.publisher = publisher;
        this.clock = clock;
        this.metrics = new PlanMetrics(registry);
    }

    @Override
    public Iterable<Outgoing> handle(Incoming record, boolean replaying) throws InterruptedException {
        PlanRequest request;
        try {
            request = request(
                    record.value().orElseThrow(() -> new MalformedMessageException("a plan request has no body")));
        } catch (MalformedMessageException e) {
            return malformed(record, e);
        }
        String key = request.day().toString();
        if (!record.key().equals(key)) {
            return List.of(new Outgoing(Topic.PLAN_REQUESTS, key, record.value(), record.headers()));
        }
        if (!days.awaitCaughtUp(CATCH_UP)) {
            throw new IllegalStateException("day-status was not read to its end within " + CATCH_UP.toSeconds()
                    + " s, so that nobody knows whether " + key + " is in progress");
        }
        forgetWhatWasSaid();
        Optional<DayStatus> known = known(request.day());
        Attempt attempt = new Attempt(record, request, newPlan(known), known);
        long start = System.nanoTime();
        try {
            return decide(attempt);
        } catch (PlanException e) {
            return failed(attempt, e.failure());
        } catch (RuntimeException | LinkageError e) {
            LogLine.warn(LOG, "Planning met an unexpected error")
                    .day(request.day())
                    .cause(e)
                    .write();
            return failed(attempt, new Failure("planning met an unexpected error: " + e, Optional.empty()));
        } finally {
            metrics.took(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** What it counts. */
    public static MeterSection meters() {
        return PlanMetrics.section();
    }

    private static PlanRequest request(byte[] body) throws MalformedMessageException {
        Message message = PlanRequests.parse(body);
        if (message instanceof PlanRequest request) {
            return request;
        }
        throw new MalformedMessageException(
                "a " + MessageCodec.typeName(message.getClass()) + " asks for no single day");
    }

    @Override
    public void forget(Topic topic, int partition) {
        made.values().removeIf(plan -> plan.partition() == partition);
    }

    /** What day-status says of a day, or what was decided after it. */
    private Optional<DayStatus> known(Day day) {
        Made own = made.get(day);
        return own == null ? days.find(day) : Optional.of(own.status());
    }

    /** Keeps no plan longer than until day-status tells of it: a planner would hold all that it ever made otherwise. */
    private void forgetWhatWasSaid() {
        made.entrySet().removeIf(entry -> {
            Optional<DayStatus> said = days.find(entry.getKey());
            int order = said.flatMap(DayStatus::newestPlan)
                    .map(plan -> plan.compareTo(entry.getValue().status().plan().orElseThrow()))
                    .orElse(-1);
            return order > 0 || (order == 0 && said.get().state() != DayState.PLANNING);
        });
    }

    private Iterable<Outgoing> decide(Attempt attempt) throws PlanException, InterruptedException {
        PlanRequest request = attempt.request;
        DatasetDefinition dataset = PlanRequests.dataset(datasets, request.dataset());
        List<TableDefinition> tables = PlanRequests.tables(dataset, request.tables());
        if (attempt.inProgress() && !request.force()) {
            return inProgress(attempt);
        }
        attempt.published = published.find(dataset, request.day());
        if (attempt.published.isPresent() && !request.force()) {
            return duplicate(attempt, dataset, attempt.published.get());
        }
        if (request.range().filter(PlanRequest.ForRange::skipEmpty).isPresent()
                && planner.isEmpty(dataset, tables, request.date())) {
            metrics.request(Outcome.EMPTY);
            LogLine.info(LOG, "Day left out")
                    .day(request.day())
                    .with(LogKey.REASON, "no objects")
                    .write();
            return attempt.answer(Answer.EMPTY, Optional.empty(), Optional.empty());
        }
        takeOver(attempt);
        DayPlan plan = planner.plan(dataset, tables, request, attempt.plan, attempt.replaces(), clock.instant())
                .over(attempt.published.map(Published::uri));
        made.put(request.day(), new Made(attempt.record.partition(), plan.status()));
        metrics.request(Outcome.PLANNED);
        metrics.planned(plan.header().sources(), plan.header().chunks());
        LogLine.state(LOG, request.day(), attempt.plan, plan.status().state())
                .with(LogKey.CHUNKS, plan.header().chunks())
                .with(LogKey.BATCHES, plan.header().batches())
                .with(LogKey.ROWS, plan.header().rows())
                .with(LogKey.NOTE, plan.note())
                .write();
        return plan.records(attempt.answer(Answer.RUNNING, Optional.of(attempt.plan), Optional.empty()));
    }

    /**
     * Ends a plan in progress and shows that the day is being planned. Both at once and before the work, so that
     * workers leave the old plan, and so that a planner that dies from here on leaves nothing running that nobody sees.
     */
    private void takeOver(Attempt attempt) throws InterruptedException {
        List<Outgoing> records = new ArrayList<>();
        if (attempt.inProgress()) {
            attempt.knownPlan()
                    .ifPresent(old -> records.addAll(Outbox.superseded(new PlanSuperseded(old, attempt.plan))));
        }
        records.add(Outbox.record(PlanStatus.planning(attempt.day(), attempt.plan, clock.instant())));
        try {
            publisher.publish(records);
        } catch (TransportException e) {
            throw new IllegalStateException(
                    "cannot say that " + attempt.day() + " is being planned: " + e.getMessage(), e);
        }
        attempt.tookOver = true;
        LogLine.state(LOG, attempt.day(), attempt.plan, DayState.PLANNING).write();
    }

    /**
     * The ledgers alone speak of a day in progress: a status from here could be older than theirs and come after it.
     */
    private List<Outgoing> inProgress(Attempt attempt) {
        metrics.request(Outcome.DUPLICATE);
        LogLine.info(LOG, "Plan request not run")
                .day(attempt.day())
                .with(LogKey.PLAN, attempt.knownPlan())
                .with(
                        LogKey.REASON,
                        "in progress, state "
                                + attempt.known.map(DayStatus::state).orElse(DayState.PLANNING) + "; force replaces it")
                .write();
        return attempt.answer(Answer.RUNNING, attempt.knownPlan(), Optional.empty());
    }

    private List<Outgoing> duplicate(Attempt attempt, DatasetDefinition dataset, Published day) {
        metrics.request(Outcome.DUPLICATE);
        boolean same = DatasetFingerprint.sameContent(dataset, day.manifest().fingerprint());
        String note = "published before by plan " + day.manifest().plan()
                + (same ? "" : ", of another definition of the dataset (or another input)")
                + "; force runs it again";
        LogLine.info(LOG, "Plan request not run")
                .day(attempt.day())
                .with(LogKey.PLAN, day.manifest().plan())
                .with(LogKey.REASON, note)
                .write();
        DayStatus status = attempt.known
                .filter(known -> known.state() == DayState.PUBLISHED)
                .filter(known -> known.plan().equals(Optional.of(day.manifest().plan())))
                .map(known -> PlanStatus.noted(known, note))
                .orElseGet(() -> PlanStatus.published(day.manifest(), day.uri(), note, attempt.known));
        List<Outgoing> records = new ArrayList<>(
                attempt.answer(Answer.PUBLISHED, Optional.of(day.manifest().plan()), Optional.empty()));
        records.add(Outbox.record(status));
        return records;
    }

    private List<Outgoing> failed(Attempt attempt, Failure failure) {
        metrics.request(Outcome.FAILED);
        List<Outgoing> records = new ArrayList<>();
        Optional<DayStatus> done = attempt.known.filter(known -> known.state() == DayState.PUBLISHED);
        if (!attempt.tookOver && done.isPresent()) {
            LogLine.error(LOG, "Day not planned")
                    .day(attempt.day())
                    .with(LogKey.OBJECT, failure.object())
                    .with(LogKey.REASON, failure.reason())
                    .write();
            String note = "a request was refused: " + failure;
            records.add(Outbox.record(PlanStatus.noted(done.get(), note)));
        } else if (attempt.tookOver || !attempt.inProgress()) {
            LogLine.state(LOG, attempt.day(), attempt.plan, DayState.FAILED)
                    .with(LogKey.OBJECT, failure.object())
                    .with(LogKey.REASON, failure.reason())
                    .write();
            DayStatus status =
                    PlanStatus.failed(attempt.day(), attempt.plan, failure, Optional.empty(), clock.instant());
            records.add(Outbox.record(attempt.over(status)));
        } else {
            LogLine.error(LOG, "Day not planned again, its plan goes on")
                    .day(attempt.day())
                    .with(LogKey.PLAN, attempt.knownPlan())
                    .with(LogKey.OBJECT, failure.object())
                    .with(LogKey.REASON, failure.reason())
                    .write();
        }
        Map<String, String> where = Map.of(
                "dataset", attempt.request.dataset(),
                "date", attempt.request.date().toString(),
                "plan", attempt.plan.value());
        records.addAll(attempt.answer(Answer.FAILED, Optional.of(attempt.plan), Optional.of(failure)));
        records.add(Outbox.deadLetter(attempt.record, failure, where));
        return records;
    }

    private List<Outgoing> malformed(Incoming record, MalformedMessageException e) {
        metrics.request(Outcome.MALFORMED);
        LogLine.error(LOG, "Plan request dropped")
                .with(LogKey.KEY, record.key())
                .with(LogKey.OFFSET, record.offset())
                .with(LogKey.REASON, e.getMessage())
                .write();
        Failure failure = new Failure(String.valueOf(e.getMessage()), Optional.empty());
        return List.of(Outbox.deadLetter(record, failure, Map.of()));
    }

    /** A new id that is above the day's last one, even if that was made by a clock that runs ahead. */
    private PlanId newPlan(Optional<DayStatus> known) {
        Instant at = clock.instant();
        PlanId plan = PlanId.create(at);
        Optional<PlanId> last = known.flatMap(DayStatus::newestPlan);
        for (long ahead = 1; last.isPresent() && plan.compareTo(last.get()) <= 0; ahead *= 2) {
            plan = PlanId.create(at.plusMillis(ahead));
        }
        return plan;
    }

    /** One request while it is decided. */
    private static final class Attempt {
        final Incoming record;
        final PlanRequest request;
        final PlanId plan;
        final Optional<DayStatus> known;
        Optional<Published> published = Optional.empty();
        boolean tookOver;

        Attempt(Incoming record, PlanRequest request, PlanId plan, Optional<DayStatus> known) {
            this.record = record;
            this.request = request;
            this.plan = plan;
            this.known = known;
        }

        Day day() {
            return request.day();
        }

        /** Tells the range that asked, if one did. */
        List<Outgoing> answer(Answer answer, Optional<PlanId> by, Optional<Failure> failure) {
            return request.range()
                    .map(range ->
                            List.of(Outbox.record(new RangeAnswer(range.id(), request.date(), answer, by, failure))))
                    .orElse(List.of());
        }

        boolean inProgress() {
            return known.filter(s -> s.state() == DayState.SHREDDING || s.state() == DayState.FINALIZING)
                    .isPresent();
        }

        /** A failure with what stands of the day: by the store, or as told before where the store was not asked. */
        DayStatus over(DayStatus failed) {
            if (published.isPresent()) {
                return failed.over(
                        published.get().manifest().plan(), published.get().uri());
            }
            Optional<DayStatus> before = known.filter(status -> !tookOver
                    && status.state() == DayState.FAILED
                    && status.manifest().isPresent());
            return before.map(status -> DayStatusBuilder.from(failed)
                            .manifest(status.manifest())
                            .note(status.note())
                            .build())
                    .orElse(failed);
        }

        Optional<PlanId> knownPlan() {
            return known.flatMap(DayStatus::plan);
        }

        /**
         * The plan whose manifest this one may replace: one in progress may still publish before it hears of its end.
         */
        Optional<PlanId> replaces() {
            return published.map(day -> day.manifest().plan()).or(() -> inProgress() ? knownPlan() : Optional.empty());
        }
    }
}
