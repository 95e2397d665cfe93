package io.tickshred.standalone;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a fleet for days, a few at a time, and follows them to their end on day-status. */
public final class DayRunner {
    private static final Logger LOG = LoggerFactory.getLogger(DayRunner.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofSeconds(8);
    private static final long TICK_MILLIS = 100;

    private final Transport transport;
    private final InstantSource clock;
    private final Supplier<Optional<String>> trouble;
    private final MessageCodec codec = new MessageCodec();

    /**
     * Makes a runner.
     *
     * @param trouble asked while waiting; says why the fleet will never finish, where that is known
     */
    public DayRunner(Transport transport, InstantSource clock, Supplier<Optional<String>> trouble) {
        this.transport = transport;
        this.clock = clock;
        this.trouble = trouble;
    }

    /**
     * Runs days and returns when all have ended.
     *
     * @param atOnce days in progress at a time
     * @return each day's progress with its last status, in the order of the requests
     * @throws TransportException if a request cannot be written, or the fleet is in trouble
     */
    public List<DayProgress> run(List<PlanRequest> requests, int atOnce, ProgressView view)
            throws TransportException, InterruptedException {
        BlockingQueue<DayStatus> heard = new LinkedBlockingQueue<>();
        try (Transport.View statuses = transport.view(
                        Topic.DAY_STATUS, record -> decode(record).ifPresent(heard::add));
                Refusals refusals = new Refusals(transport, clock);
                Publisher publisher = transport.publisher()) {
            if (!statuses.awaitCaughtUp(CATCH_UP)) {
                throw new TransportException("day-status could not be read within " + CATCH_UP.toSeconds()
                        + " s; check that Kafka is up and reachable");
            }
            return new Run(requests, atOnce, view, heard, publisher, statuses, refusals).follow();
        }
    }

    private Optional<DayStatus> decode(Incoming record) {
        try {
            return record.value().isPresent() && codec.decode(record.value().get()) instanceof DayStatus status
                    ? Optional.of(status)
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Day status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return Optional.empty();
        }
    }

    private final class Run {
        private final Deque<PlanRequest> waiting;
        private final int atOnce;
        private final ProgressView view;
        private final BlockingQueue<DayStatus> heard;
        private final Publisher publisher;
        private final Transport.View statuses;
        private final Refusals refusals;
        private Instant lastSound = clock.instant();
        private boolean silenceMentioned;
        private final Map<Day, DayProgress> days = new LinkedHashMap<>();
        private final Map<Day, PlanId> replaced = new HashMap<>();
        private final Map<Day, PlanId> before = new HashMap<>();

        Run(
                List<PlanRequest> requests,
                int atOnce,
                ProgressView view,
                BlockingQueue<DayStatus> heard,
                Publisher publisher,
                Transport.View statuses,
                Refusals refusals) {
            this.waiting = new ArrayDeque<>(requests);
            this.atOnce = atOnce;
            this.view = view;
            this.heard = heard;
            this.publisher = publisher;
            this.statuses = statuses;
            this.refusals = refusals;
        }

        List<DayProgress> follow() throws TransportException, InterruptedException {
            List<DayStatus> old = new ArrayList<>();
            heard.drainTo(old);
            old.forEach(status -> status.newestPlan().ifPresent(plan -> before.put(status.day(), plan)));
            while (true) {
                requestMore();
                view.show(days.values());
                if (waiting.isEmpty() && running() == 0) {
                    return List.copyOf(days.values());
                }
                mentionSilence();
                Optional<DayStatus> status = Optional.ofNullable(heard.poll(TICK_MILLIS, TimeUnit.MILLISECONDS));
                status.ifPresent(this::take);
                replaced.forEach((day, standing) -> refusals.of(day, standing).ifPresent(this::take));
                Optional<String> reason =
                        status.isPresent() ? Optional.empty() : trouble.get().or(this::deaf);
                if (reason.isPresent()) {
                    throw new TransportException(reason.get());
                }
            }
        }

        /** Once: a person who waits wants to know that nobody works. */
        private void mentionSilence() {
            Instant now = clock.instant();
            Optional<DayProgress> unheard = days.values().stream()
                    .filter(day -> day.last().isEmpty() && day.elapsed(now).compareTo(SILENCE) >= 0)
                    .findFirst();
            if (!silenceMentioned && unheard.isPresent()) {
                silenceMentioned = true;
                view.note("no planner has taken up " + unheard.get().day() + " yet: is one running? It may be busy with"
                        + " other days; the request stays in the log and is done when its turn comes");
            }
        }

        /** A broker that goes away for a moment is waited for, one that stays away is not. */
        private Optional<String> deaf() {
            Instant now = clock.instant();
            Optional<String> reason = statuses.trouble();
            if (reason.isEmpty()) {
                lastSound = now;
            }
            return reason.filter(r -> lastSound.plus(PATIENCE).isBefore(now))
                    .map(r -> "nothing was heard of the days for " + PATIENCE.toSeconds() + " s: " + r
                            + "; they go on without this command, which may be started again");
        }

        private void requestMore() throws TransportException, InterruptedException {
            while (!waiting.isEmpty() && running() < atOnce) {
                PlanRequest request = waiting.remove();
                Day day = request.day();
                if (request.force() && before.containsKey(day)) {
                    replaced.put(day, before.get(day));
                }
                days.put(day, new DayProgress(day, clock.instant()));
                publisher.publish(List.of(Outbox.record(request)));
            }
        }

        private void take(DayStatus status) {
            DayProgress progress = days.get(status.day());
            if (progress == null) {
                status.newestPlan().ifPresent(plan -> before.put(status.day(), plan));
                return;
            }
            PlanId old = replaced.get(status.day());
            // What the replaced plan still says is not about this request.
            boolean ours = old == null
                    || status.newestPlan()
                            .filter(plan -> plan.compareTo(old) > 0)
                            .isPresent();
            if (ours && !progress.state().ended()) {
                progress.observe(status, clock.instant());
            }
        }

        private long running() {
            return days.values().stream().filter(day -> !day.state().ended()).count();
        }
    }
}
