package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tickshred.message.DiscardTask;
import io.tickshred.message.Message;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TaskRunnerTest {
    private static final int LIMIT = 3;
    private static final Outgoing DONE = Outgoing.of(Topic.BATCH_RESULTS, "done", new byte[0]);
    private static final Outgoing RETRYING = Outgoing.of(Topic.BATCH_RESULTS, "retrying", new byte[0]);
    private static final Outgoing FAILED = Outgoing.of(Topic.BATCH_RESULTS, "failed", new byte[0]);

    private final List<Outgoing> published = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private final Set<Topic> tooLarge = EnumSet.noneOf(Topic.class);
    private final Map<String, String> where = new HashMap<>(Map.of("plan", "p"));
    private boolean brokerDown;
    private boolean stopping;
    private boolean silent;
    private int runs;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Publisher publisher = new Publisher() {
        @Override
        public void publish(List<Outgoing> records) throws TransportException, InterruptedException {
            if (stopping) {
                throw new InterruptedException("closed");
            }
            if (brokerDown) {
                throw new TransportException("the broker is down");
            }
            for (Outgoing record : records) {
                if (tooLarge.contains(record.topic()) && !record.key().equals("failed")) {
                    throw new OversizedRecordException("a record of 9 bytes is too large");
                }
            }
            published.addAll(records);
        }

        @Override
        public void close() {}
    };

    private final List<Boolean> lastAttempts = new ArrayList<>();

    private interface Body {
        void run() throws TaskException, InterruptedException;
    }

    private Outcome handle(Incoming record, int delivery, Body body) throws InterruptedException {
        TaskRunner.Work work = new TaskRunner.Work() {
            @Override
            public TaskResult run(Message task, boolean lastAttempt) throws TaskException, InterruptedException {
                lastAttempts.add(lastAttempt);
                return run(task);
            }

            @Override
            public TaskResult run(Message task) throws TaskException, InterruptedException {
                runs++;
                body.run();
                return TaskResult.of("Plan discarded", List.of(DONE));
            }

            @Override
            public List<Outgoing> failed(Message task, Failure failure, boolean retrying) {
                reasons.add(failure.reason());
                return silent ? List.of() : List.of(retrying ? RETRYING : FAILED);
            }

            @Override
            public Map<String, String> where(Message task) {
                return Map.copyOf(where);
            }
        };
        return new TaskRunner(publisher, work, Topic.BATCH_TASKS, LIMIT, Duration.ZERO, registry)
                .handle(record, delivery);
    }

    private static Incoming task() {
        Day day = new Day("equities", LocalDate.of(2026, 1, 5));
        Outgoing record = Outbox.record(new DiscardTask(PlanId.create(Instant.EPOCH), day, false));
        return new Incoming(record.topic(), 0, 0, record.key(), record.value(), Map.of());
    }

    private static TaskException failure(TaskException.Kind kind) {
        return new TaskException(kind, "it broke", Optional.of("s3://b/k"));
    }

    @Test
    void aResultThatIsTooLargeToTellFailsTheTaskAtOnce() throws Exception {
        tooLarge.add(Topic.BATCH_RESULTS);

        assertThat(handle(task(), 1, () -> {})).isEqualTo(Outcome.ACCEPT);

        assertThat(reasons).containsExactly("its result cannot be told: a record of 9 bytes is too large");
        assertThat(published).hasSize(2).first().isEqualTo(FAILED);
        assertThat(published.get(1).topic()).isEqualTo(Topic.DEAD_LETTERS);
    }

    @Test
    void aTaskWhoseDeadLetterIsTooLargeIsStillToldToHaveFailed() throws Exception {
        tooLarge.addAll(List.of(Topic.BATCH_RESULTS, Topic.DEAD_LETTERS));

        assertThat(handle(task(), 1, () -> {})).isEqualTo(Outcome.ACCEPT);

        assertThat(published).containsExactly(FAILED);
    }

    @Test
    void aTaskIsAcceptedOnlyAfterItsResultIsPublished() throws Exception {
        assertThat(handle(task(), 1, () -> {})).isEqualTo(Outcome.ACCEPT);
        assertThat(published).containsExactly(DONE);

        brokerDown = true;
        assertThat(handle(task(), 1, () -> {})).isEqualTo(Outcome.RELEASE);
    }

    @Test
    void aFailureThatMayPassIsToldAndGivenBackUntilTheLimit() throws Exception {
        Body broken = () -> {
            throw failure(TaskException.Kind.RETRY);
        };

        assertThat(handle(task(), 1, broken)).isEqualTo(Outcome.RELEASE);
        assertThat(published).containsExactly(RETRYING);
        assertThat(handle(task(), LIMIT, broken)).isEqualTo(Outcome.ACCEPT);

        assertThat(published).contains(FAILED);
        assertThat(reasons).last().isEqualTo("it broke (attempt 3 of 3)");
    }

    @Test
    void theWorkIsToldWhichAttemptIsTheLast() throws Exception {
        handle(task(), 1, () -> {});
        handle(task(), LIMIT, () -> {});

        assertThat(lastAttempts).containsExactly(false, true);
    }

    @Test
    void aFailureThatCannotPassGoesToTheDeadLettersWithItsReasonAndObject() throws Exception {
        Incoming task = task();
        Outcome outcome = handle(task, 1, () -> {
            throw failure(TaskException.Kind.POISON);
        });

        assertThat(outcome).isEqualTo(Outcome.ACCEPT);
        assertThat(published).hasSize(2).first().isEqualTo(FAILED);
        assertThat(published.get(1)).satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo(Topic.DEAD_LETTERS);
            assertThat(letter.value()).isEqualTo(task.value());
            assertThat(letter.headers())
                    .containsEntry("reason", "it broke")
                    .containsEntry("object", "s3://b/k")
                    .containsEntry("plan", "p")
                    .containsEntry("source-topic", "batch-tasks");
        });
    }

    @Test
    void aFencedTaskIsDroppedWithoutAWord() throws Exception {
        Outcome outcome = handle(task(), 1, () -> {
            throw failure(TaskException.Kind.FENCED);
        });

        assertThat(outcome).isEqualTo(Outcome.ACCEPT);
        assertThat(published).isEmpty();
    }

    @Test
    void aTaskDeliveredTooOftenIsFailedInsteadOfRun() throws Exception {
        assertThat(handle(task(), LIMIT + 1, () -> {})).isEqualTo(Outcome.ACCEPT);

        assertThat(runs).isZero();
        assertThat(published).contains(FAILED);
        assertThat(reasons).last().asString().startsWith("delivered 4 times without a result, the limit is 3");
    }

    @Test
    void anUnexpectedErrorIsRetriedLikeAnyOther() throws Exception {
        Outcome outcome = handle(task(), 1, () -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(outcome).isEqualTo(Outcome.RELEASE);
        assertThat(reasons).last().asString().contains("a bug");
    }

    @Test
    void bytesThatAreNoTaskGoToTheDeadLetters() throws Exception {
        Incoming garbage = new Incoming(Topic.BATCH_TASKS, 0, 0, "k", Optional.of(new byte[] {'x'}), Map.of());

        assertThat(handle(garbage, 1, () -> {})).isEqualTo(Outcome.ACCEPT);
        assertThat(published).singleElement().extracting(Outgoing::topic).isEqualTo(Topic.DEAD_LETTERS);
        assertThat(runs).isZero();
    }

    private double tasks(String outcome) {
        return registry.get("tickshred.tasks")
                .tags("queue", "batch-tasks", "outcome", outcome)
                .counter()
                .count();
    }

    private double all() {
        return registry.get("tickshred.tasks").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void everyEndOfAnAttemptIsCountedOnceByWhatBecameOfTheTask() throws Exception {
        handle(task(), 1, () -> {});
        handle(task(), 1, () -> {
            throw failure(TaskException.Kind.RETRY);
        });
        handle(task(), 2, () -> {
            throw failure(TaskException.Kind.POISON);
        });
        handle(task(), LIMIT + 1, () -> {});
        handle(task(), 1, () -> {
            throw failure(TaskException.Kind.FENCED);
        });
        handle(new Incoming(Topic.BATCH_TASKS, 0, 0, "k", Optional.empty(), Map.of()), 1, () -> {});
        brokerDown = true;
        handle(task(), 1, () -> {});

        assertThat(tasks("done")).isEqualTo(1);
        assertThat(tasks("retried")).isEqualTo(1);
        assertThat(tasks("failed")).isEqualTo(2);
        assertThat(tasks("fenced")).isEqualTo(1);
        assertThat(tasks("malformed")).isEqualTo(1);
        assertThat(tasks("unpublished")).isEqualTo(1);
        assertThat(all()).isEqualTo(7);
        assertThat(registry.get("tickshred.tasks.redelivered").counter().count())
                .isEqualTo(2);
    }

    @Test
    void aTaskThatIsInHandWhenItsWorkerIsToldToEndIsGivenBackWithAWord() {
        List<ILoggingEvent> lines = logged(() -> assertThatThrownBy(() -> handle(task(), 2, () -> {
                    throw new InterruptedException("stop");
                }))
                .isInstanceOf(InterruptedException.class));

        assertThat(lines).extracting(ILoggingEvent::getFormattedMessage).containsExactly("Task given back");
        assertThat(lines.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("plan=p", "delivery=2", "reason=this worker stops; another one does it");
        assertThat(tasks("released")).isEqualTo(1);
        assertThat(all()).isEqualTo(1);
    }

    @Test
    void aTaskWhoseResultIsNotToldWhenItsWorkerEndsIsGivenBackWithAWordToo() {
        stopping = true;

        List<ILoggingEvent> lines = logged(
                () -> assertThatThrownBy(() -> handle(task(), 1, () -> {})).isInstanceOf(InterruptedException.class));

        assertThat(lines).extracting(ILoggingEvent::getFormattedMessage).containsExactly("Task given back");
        assertThat(tasks("released")).isEqualTo(1);
        assertThat(all()).isEqualTo(1);
    }

    @Test
    void aFailedTaskThatIsHeldWhenItsWorkerEndsHasBeenGivenBackOnce() {
        stopping = true;

        List<ILoggingEvent> lines = logged(() -> assertThatThrownBy(() -> handle(task(), 1, () -> {
                    throw failure(TaskException.Kind.RETRY);
                }))
                .isInstanceOf(InterruptedException.class));

        assertThat(lines).extracting(ILoggingEvent::getFormattedMessage).containsExactly("Task given back");
        assertThat(tasks("retried")).isEqualTo(1);
        assertThat(all()).isEqualTo(1);
    }

    @Test
    void aTaskThatFailsForGoodIsAnErrorUnlessItsDaySaysSoItself() {
        Body poison = () -> {
            throw failure(TaskException.Kind.POISON);
        };

        List<ILoggingEvent> alone = logged(() -> handle(task(), 1, poison));
        where.put("date", "2026-01-05");
        List<ILoggingEvent> withDay = logged(() -> handle(task(), 1, poison));
        silent = true;
        List<ILoggingEvent> unheard = logged(() -> handle(task(), 1, poison));

        assertThat(List.of(alone.get(0), withDay.get(0), unheard.get(0)))
                .extracting(ILoggingEvent::getFormattedMessage, ILoggingEvent::getLevel)
                .containsExactly(
                        tuple("Task failed", Level.ERROR),
                        tuple("Task failed", Level.INFO),
                        tuple("Task failed", Level.ERROR));
    }

    /** What the runner logs meanwhile. */
    private static List<ILoggingEvent> logged(ThrowingCallable body) {
        Logger log = (Logger) LoggerFactory.getLogger(TaskRunner.class);
        Level before = log.getLevel();
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        log.addAppender(appender);
        log.setLevel(Level.INFO);
        try {
            body.call();
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            log.detachAppender(appender);
            log.setLevel(before);
        }
        return List.copyOf(appender.list);
    }

    @Test
    void aTaskInHandIsInFlightUntilItsEnd() throws Exception {
        List<Double> meanwhile = new ArrayList<>();
        Body looking = () -> {
            for (String delivery : List.of("first", "again")) {
                meanwhile.add(registry.get("tickshred.tasks.in.flight")
                        .tag("delivery", delivery)
                        .gauge()
                        .value());
            }
        };

        handle(task(), 1, looking);
        registry.clear(); // each runner here is another one, and a gauge belongs to one
        handle(task(), 2, looking);
        looking.run();

        assertThat(meanwhile).containsExactly(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    }
}
