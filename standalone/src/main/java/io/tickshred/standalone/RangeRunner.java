package io.tickshred.standalone;

import io.tickshred.fleet.Outbox;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
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
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a fleet for a range and follows it to its end; the fleet decides all there is to decide. */
public final class RangeRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RangeRunner.class);
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
    public RangeRunner(Transport transport, InstantSource clock, Supplier<Optional<String>> trouble) {
        this.transport = transport;
        this.clock = clock;
        this.trouble = trouble;
    }

    /**
     * How a range ended.
     *
     * @param days the last status of each day that was in progress meanwhile
     * @param aggregates of its metrics that it began at its end, by name
     */
    public record Ended(RangeStatus range, Map<LocalDate, DayStatus> days, List<AggregateStatus> aggregates) {
        /** Whether every day, every metric of one and every aggregate is as it should be. */
        public boolean well() {
            return range.state() == RangeState.DONE
                    && days.values().stream()
                            .allMatch(day -> day.failedMetrics().isEmpty())
                    && aggregates.stream().allMatch(a -> a.state() == AggregateStatus.State.DONE);
        }
    }

    /**
     * Runs a range, or joins one of the same days that is in progress, and returns when it has ended.
     *
     * @throws TransportException if the request cannot be written, the fleet is in trouble, or it refuses the request
     *     because other days from the same first to the same last are in progress
     */
    public Ended run(RangeRequest request, ProgressView view) throws TransportException, InterruptedException {
        BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        try (Transport.View days = transport.view(
                        Topic.DAY_STATUS, record -> decode(record).ifPresent(heard::add));
                Transport.View ranges = transport.view(
                        Topic.RANGE_STATUS, record -> decode(record).ifPresent(heard::add));
                Publisher publisher = transport.publisher()) {
            catchUp(days);
            catchUp(ranges);
            Run run = new Run(request, view, heard, ranges);
            run.remember();
            publisher.publish(List.of(Outbox.record(request)));
            RangeStatus last = run.follow();
            // The range's end follows those of its days.
            catchUp(days);
            run.takeAll();
            view.show(run.shown.values());
            Map<LocalDate, DayStatus> statuses = new TreeMap<>();
            run.shown.values().forEach(day -> day.last()
                    .ifPresent(s -> statuses.put(day.day().date(), s)));
            return new Ended(last, statuses, List.copyOf(run.aggregates(last).values()));
        }
    }

    private static void catchUp(Transport.View view) throws TransportException, InterruptedException {
        if (!view.awaitCaughtUp(CATCH_UP)) {
            throw new TransportException("statuses could not be read within " + CATCH_UP.toSeconds()
                    + " s; check that Kafka is up and reachable");
        }
    }

    private Optional<Message> decode(Incoming record) {
        try {
            return record.value().isPresent()
                    ? Optional.of(codec.decode(record.value().get()))
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            LogLine.warn(LOG, "Status ignored")
                    .with(LogKey.KEY, record.key())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return Optional.empty();
        }
    }

    private final class Run {
        private final RangeId range;
        private final List<LocalDate> dates;
        private final ProgressView view;
        private final BlockingQueue<Message> heard;
        private final Transport.View ranges;
        private final Map<Day, DayProgress> shown = new LinkedHashMap<>();
        private final Map<Day, PlanId> before = new HashMap<>();
        /** By when they were asked for, which is when the range was that began them. */
        private final Map<Instant, Map<String, AggregateStatus>> aggregates = new HashMap<>();

        private Optional<RangeStatus> last = Optional.empty();
        private Optional<Instant> endedBefore = Optional.empty();
        private Optional<String> refused = Optional.empty();
        private boolean asking;
        private Instant lastSound = clock.instant();
        private final Instant askedAt = clock.instant();
        private boolean silenceMentioned;

        Run(RangeRequest request, ProgressView view, BlockingQueue<Message> heard, Transport.View ranges) {
            this.range = request.range();
            this.dates = request.days();
            this.view = view;
            this.heard = heard;
            this.ranges = ranges;
        }

        /** What was said before the request: a range of the same days that has ended is not the one asked for. */
        void remember() {
            takeAll();
            endedBefore = last.filter(status -> status.state().ended()).map(RangeStatus::openedAt);
            if (endedBefore.isPresent()) {
                last = Optional.empty();
                shown.clear();
            }
            refused = Optional.empty();
            asking = true;
        }

        RangeStatus follow() throws TransportException, InterruptedException {
            while (last.filter(this::ended).isEmpty()) {
                view.show(shown.values());
                mentionSilence();
                Optional<Message> message = Optional.ofNullable(heard.poll(TICK_MILLIS, TimeUnit.MILLISECONDS));
                message.ifPresent(this::take);
                if (refused.isPresent()) {
                    throw new TransportException("range " + range + ": " + refused.get());
                }
                Optional<String> reason =
                        message.isPresent() ? Optional.empty() : trouble.get().or(this::deaf);
                if (reason.isPresent()) {
                    throw new TransportException(reason.get());
                }
            }
            return last.get();
        }

        /** Once: a person who waits wants to know that nobody works. */
        private void mentionSilence() {
            if (!silenceMentioned && last.isEmpty() && !clock.instant().isBefore(askedAt.plus(SILENCE))) {
                silenceMentioned = true;
                view.note("no planner has taken up " + range + " yet: is one running? It may be busy with other days;"
                        + " the request stays in the log and is done when its turn comes");
            }
        }

        /** The range and all that was begun at its end. */
        private boolean ended(RangeStatus status) {
            return status.state().ended()
                    && aggregates(status)
                            .keySet()
                            .containsAll(status.aggregating().orElse(List.of()));
        }

        /** Those that the range began; others of the same days that somebody asked for are not its own. */
        private Map<String, AggregateStatus> aggregates(RangeStatus status) {
            return aggregates.getOrDefault(status.openedAt(), Map.of());
        }

        void takeAll() {
            for (Message message = heard.poll(); message != null; message = heard.poll()) {
                take(message);
            }
        }

        private void take(Message message) {
            if (message instanceof AggregateStatus status
                    && status.range().equals(range)
                    && status.state() != AggregateStatus.State.RUNNING) {
                aggregates
                        .computeIfAbsent(status.askedAt(), at -> new TreeMap<>())
                        .put(status.metric(), status);
            }
            if (message instanceof DayStatus status) {
                DayProgress progress = shown.get(status.day());
                boolean old = status.plan()
                        .filter(plan -> plan.equals(before.get(status.day())))
                        .isPresent();
                if (progress == null && asking && !old && isWanted(status.day())) {
                    // Its end may be heard before the range's word that it runs: they are on two topics.
                    show(status.day()).observe(status, clock.instant());
                } else if (progress == null) {
                    if (status.state().ended()) {
                        status.plan().ifPresent(plan -> before.put(status.day(), plan));
                    }
                } else if (!old || !status.state().ended() || status.note().isPresent()) {
                    progress.observe(status, clock.instant());
                }
            } else if (message instanceof RangeStatus status && status.range().equals(range)) {
                if (isOfOtherDays(status)) {
                    boolean mine = status.refusedDates().filter(dates::equals).isPresent();
                    refused = mine && !status.state().ended() ? status.note() : Optional.empty();
                    return;
                } else if (endedBefore.filter(status.openedAt()::equals).isPresent()) {
                    return;
                }
                last = Optional.of(status);
                for (RangeDay day : status.days()) {
                    if (day.state() == RangeDay.State.RUNNING) {
                        show(new Day(range.dataset(), day.date()));
                    }
                }
            }
        }

        private DayProgress show(Day day) {
            return shown.computeIfAbsent(day, d -> new DayProgress(d, clock.instant()));
        }

        private boolean isWanted(Day day) {
            return day.dataset().equals(range.dataset()) && dates.contains(day.date());
        }

        /** One that cannot be run names no day. */
        private boolean isOfOtherDays(RangeStatus status) {
            return !status.days().isEmpty()
                    && !status.days().stream().map(RangeDay::date).toList().equals(dates);
        }

        /** A broker that goes away for a moment is waited for, one that stays away is not. */
        private Optional<String> deaf() {
            Instant now = clock.instant();
            Optional<String> reason = ranges.trouble();
            if (reason.isEmpty()) {
                lastSound = now;
            }
            return reason.filter(r -> lastSound.plus(PATIENCE).isBefore(now))
                    .map(r -> "nothing was heard of the range for " + PATIENCE.toSeconds() + " s: " + r
                            + "; it goes on without this command, which may be started again");
        }
    }
}
