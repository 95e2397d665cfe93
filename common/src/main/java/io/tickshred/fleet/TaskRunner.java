package io.tickshred.fleet;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.meter.MeterSection;
import io.tickshred.model.Failure;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one task from its bytes to its outcome, the same way for every work queue: what the work says is published and
 * durable before the task is accepted; a {@link TaskException}'s kind decides between another attempt, the dead letters
 * and silence; a task that was delivered more often than the limit is failed instead of run, so that none ever
 * vanishes. Each end of an attempt is counted once and logged in one line.
 */
public final class TaskRunner implements TaskHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);
    private static final MessageCodec CODEC = new MessageCodec();

    private final Publisher publisher;
    private final Work work;
    private final int deliveryLimit;
    private final Duration retryPause;
    private final TaskMetrics metrics;

    /** What a service does with its tasks. Called by several threads at once. */
    public interface Work {
        /** Does the task and says what to publish, and what to log then. */
        TaskResult run(Message task) throws TaskException, InterruptedException;

        /**
         * As {@link #run(Message)}, for work that may do without a part of its result.
         *
         * @param lastAttempt whether the task fails for good if this fails
         */
        default TaskResult run(Message task, boolean lastAttempt) throws TaskException, InterruptedException {
            return run(task);
        }

        /** What to publish when an attempt failed. */
        List<Outgoing> failed(Message task, Failure failure, boolean retrying);

        /** Day, plan, chunk or batch of a task, for the log and the headers of dead letters. */
        Map<String, String> where(Message task);
    }

    /**
     * Makes a runner.
     *
     * @param queue whose tasks it takes
     * @param deliveryLimit deliveries after which a task is failed for good, at least 1
     * @param retryPause how long a failed task is held before it is given back, times the number of its deliveries
     */
    public TaskRunner(
            Publisher publisher,
            Work work,
            Topic queue,
            int deliveryLimit,
            Duration retryPause,
            MeterRegistry registry) {
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("deliveryLimit must be at least 1: " + deliveryLimit);
        }
        this.publisher = publisher;
        this.work = work;
        this.deliveryLimit = deliveryLimit;
        this.retryPause = retryPause;
        this.metrics = new TaskMetrics(registry, queue);
    }

    /** What it counts. */
    public static MeterSection meters() {
        return TaskMetrics.SECTION;
    }

    @Override
    public Outcome handle(Incoming record, int delivery) throws InterruptedException {
        metrics.taken(delivery);
        try {
            return take(record, delivery);
        } finally {
            metrics.left(delivery);
        }
    }

    private Outcome take(Incoming record, int delivery) throws InterruptedException {
        Message task;
        try {
            task = CODEC.decode(record.value().orElseThrow(() -> new MalformedMessageException("a task has no body")));
        } catch (MalformedMessageException e) {
            return malformed(record, e);
        }
        if (delivery > deliveryLimit) {
            return giveUp(
                    record,
                    task,
                    delivery,
                    new Failure(
                            "delivered " + delivery + " times without a result, the limit is " + deliveryLimit
                                    + ": its workers died or ran out of memory; see their logs, give them more memory or make"
                                    + " chunks and batches smaller",
                            Optional.empty()));
        }
        try {
            return done(record, task, delivery, run(task, delivery));
        } catch (TaskException e) {
            return failed(record, task, delivery, e);
        } catch (RuntimeException | LinkageError e) {
            return failed(
                    record,
                    task,
                    delivery,
                    new TaskException(TaskException.Kind.RETRY, "unexpected error: " + e, Optional.empty(), e));
        }
    }

    private TaskResult run(Message task, int delivery) throws TaskException, InterruptedException {
        try {
            return work.run(task, delivery >= deliveryLimit);
        } catch (InterruptedException e) {
            released(work.where(task), Optional.of(delivery));
            throw e;
        }
    }

    /** Of a task that is in hand when its worker is told to end and can wait no longer. */
    private void released(Map<String, String> where, Optional<Integer> delivery) {
        end(
                TaskMetrics.Outcome.RELEASED,
                LogLine.info(LOG, "Task given back")
                        .where(where)
                        .with(LogKey.DELIVERY, delivery)
                        .with(LogKey.REASON, "this worker stops; another one does it"));
    }

    private Outcome malformed(Incoming record, MalformedMessageException e) throws InterruptedException {
        Failure failure = new Failure(e.getMessage(), Optional.empty());
        LogLine line = LogLine.error(LOG, "Task malformed")
                .with(LogKey.QUEUE, record.topic().baseName())
                .with(LogKey.KEY, record.key())
                .with(LogKey.REASON, e.getMessage());
        return publish(
                List.of(Outbox.deadLetter(record, failure, Map.of("source-key", record.key()))),
                TaskMetrics.Outcome.MALFORMED,
                line,
                Map.of());
    }

    private Outcome failed(Incoming record, Message task, int delivery, TaskException e) throws InterruptedException {
        return switch (e.kind()) {
            case FENCED -> {
                end(
                        TaskMetrics.Outcome.FENCED,
                        LogLine.info(LOG, "Task fenced")
                                .where(work.where(task))
                                .with(LogKey.DELIVERY, delivery)
                                .with(LogKey.REASON, e.getMessage()));
                yield Outcome.ACCEPT;
            }
            case POISON -> giveUp(record, task, delivery, e.failure());
            case RETRY ->
                delivery >= deliveryLimit
                        ? giveUp(
                                record,
                                task,
                                delivery,
                                new Failure(
                                        e.getMessage() + " (attempt " + delivery + " of " + deliveryLimit + ")",
                                        e.failure().object()))
                        : retry(task, delivery, e);
        };
    }

    private Outcome retry(Message task, int delivery, TaskException e) throws InterruptedException {
        Throwable trace = e.getCause() instanceof RuntimeException ? e.getCause() : null;
        end(
                TaskMetrics.Outcome.RETRIED,
                LogLine.warn(LOG, "Task given back")
                        .where(work.where(task))
                        .with(LogKey.DELIVERY, delivery)
                        .with(LogKey.OBJECT, e.failure().object())
                        .with(LogKey.REASON, e.getMessage())
                        .cause(trace));
        try {
            publisher.publish(work.failed(task, e.failure(), true));
        } catch (TransportException notTold) {
            // Nobody misses it: the next attempt says how it goes on.
            LogLine.warn(LOG, "Retry not told")
                    .where(work.where(task))
                    .with(LogKey.REASON, notTold.getMessage())
                    .write();
        }
        Thread.sleep(retryPause.multipliedBy(delivery).toMillis());
        return Outcome.RELEASE;
    }

    private Outcome giveUp(Incoming record, Message task, int delivery, Failure failure) throws InterruptedException {
        Map<String, String> where = work.where(task);
        List<Outgoing> failed = work.failed(task, failure, false);
        List<Outgoing> records = new ArrayList<>(failed);
        records.add(Outbox.deadLetter(record, failure, where));
        // A day that fails with its task says so itself, as an error, with the same object and reason; else this is all
        // that is heard of it.
        boolean day = where.containsKey(LogKey.DATE.text()) && !failed.isEmpty();
        LogLine line = (day ? LogLine.info(LOG, "Task failed") : LogLine.error(LOG, "Task failed"))
                .where(where)
                .with(LogKey.DELIVERY, delivery)
                .with(LogKey.OBJECT, failure.object())
                .with(LogKey.REASON, failure.reason());
        try {
            return publishOrThrow(records, TaskMetrics.Outcome.FAILED, line, where);
        } catch (OversizedRecordException e) {
            LogLine.error(LOG, "No dead letter of a task")
                    .where(where)
                    .with(LogKey.REASON, e.getMessage())
                    .write();
            return publish(failed, TaskMetrics.Outcome.FAILED, line, where);
        }
    }

    /** What came of a task, or that it is too much to tell: the same would come of it again. */
    private Outcome done(Incoming record, Message task, int delivery, TaskResult result) throws InterruptedException {
        Map<String, String> where = work.where(task);
        LogLine line = LogLine.info(LOG, result.message()).where(where).with(LogKey.DELIVERY, delivery);
        result.figures().forEach(line::with);
        try {
            return publishOrThrow(result.records(), TaskMetrics.Outcome.DONE, line, where);
        } catch (OversizedRecordException e) {
            return giveUp(
                    record,
                    task,
                    delivery,
                    new Failure("its result cannot be told: " + e.getMessage(), Optional.empty()));
        }
    }

    private Outcome publish(
            List<Outgoing> records, TaskMetrics.Outcome outcome, LogLine line, Map<String, String> where)
            throws InterruptedException {
        try {
            return publishOrThrow(records, outcome, line, where);
        } catch (OversizedRecordException e) {
            return unpublished(e, where);
        }
    }

    /** Publishes, then accepts the task, counts it and writes its line; a log that is away gives the task back. */
    private Outcome publishOrThrow(
            List<Outgoing> records, TaskMetrics.Outcome outcome, LogLine line, Map<String, String> where)
            throws OversizedRecordException, InterruptedException {
        try {
            publisher.publish(records);
        } catch (OversizedRecordException e) {
            throw e;
        } catch (TransportException e) {
            return unpublished(e, where);
        } catch (InterruptedException e) {
            released(where, Optional.empty());
            throw e;
        }
        end(outcome, line);
        return Outcome.ACCEPT;
    }

    private Outcome unpublished(TransportException e, Map<String, String> where) {
        end(
                TaskMetrics.Outcome.UNPUBLISHED,
                LogLine.warn(LOG, "Task given back, its result is not published")
                        .where(where)
                        .with(LogKey.REASON, e.getMessage()));
        return Outcome.RELEASE;
    }

    private void end(TaskMetrics.Outcome outcome, LogLine line) {
        metrics.ended(outcome);
        line.write();
    }
}
