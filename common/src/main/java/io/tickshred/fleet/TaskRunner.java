package io.tickshred.fleet;

import io.tickshred.message.MalformedMessageException;
import io.tickshred.message.Message;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.Failure;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.OversizedRecordException;
import io.tickshred.transport.Publisher;
import io.tickshred.transport.TaskHandler;
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
 * vanishes.
 */
public final class TaskRunner implements TaskHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);
    private static final MessageCodec CODEC = new MessageCodec();

    private final Publisher publisher;
    private final Work work;
    private final int deliveryLimit;
    private final Duration retryPause;

    /** What a service does with its tasks. Called by several threads at once. */
    public interface Work {
        /** Does the task and says what to publish. */
        List<Outgoing> run(Message task) throws TaskException, InterruptedException;

        /** What to publish when an attempt failed. */
        List<Outgoing> failed(Message task, Failure failure, boolean retrying);

        /** Day, plan, chunk or batch of a task, for the log and the headers of dead letters. */
        Map<String, String> where(Message task);
    }

    /**
     * Makes a runner.
     *
     * @param deliveryLimit deliveries after which a task is failed for good, at least 1
     * @param retryPause how long a failed task is held before it is given back, times the number of its deliveries
     */
    public TaskRunner(Publisher publisher, Work work, int deliveryLimit, Duration retryPause) {
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("deliveryLimit must be at least 1: " + deliveryLimit);
        }
        this.publisher = publisher;
        this.work = work;
        this.deliveryLimit = deliveryLimit;
        this.retryPause = retryPause;
    }

    @Override
    public Outcome handle(Incoming record, int delivery) throws InterruptedException {
        Message task;
        try {
            task = CODEC.decode(record.value().orElseThrow(() -> new MalformedMessageException("a task has no body")));
        } catch (MalformedMessageException e) {
            LOG.error("Task dropped key={} reason=\"{}\"", record.key(), e.getMessage());
            return publish(List.of(Outbox.deadLetter(
                    record, new Failure(e.getMessage(), Optional.empty()), Map.of("source-key", record.key()))));
        }
        if (delivery > deliveryLimit) {
            return giveUp(
                    record,
                    task,
                    new Failure(
                            "delivered " + delivery + " times without a result, the limit is " + deliveryLimit
                                    + ": its workers died or ran out of memory; see their logs, give them more memory or make"
                                    + " chunks and batches smaller",
                            Optional.empty()));
        }
        try {
            return publish(record, task, work.run(task));
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

    private Outcome failed(Incoming record, Message task, int delivery, TaskException e) throws InterruptedException {
        return switch (e.kind()) {
            case FENCED -> {
                LOG.info("Task abandoned {} reason=\"{}\"", text(task), e.getMessage());
                yield Outcome.ACCEPT;
            }
            case POISON -> giveUp(record, task, e.failure());
            case RETRY ->
                delivery >= deliveryLimit
                        ? giveUp(
                                record,
                                task,
                                new Failure(
                                        e.getMessage() + " (attempt " + delivery + " of " + deliveryLimit + ")",
                                        e.failure().object()))
                        : retry(task, delivery, e);
        };
    }

    private Outcome retry(Message task, int delivery, TaskException e) throws InterruptedException {
        Throwable trace = e.getCause() instanceof RuntimeException ? e.getCause() : null;
        LOG.warn("Task given back {} delivery={} reason=\"{}\"", text(task), delivery, e.getMessage(), trace);
        publish(work.failed(task, e.failure(), true));
        Thread.sleep(retryPause.multipliedBy(delivery).toMillis());
        return Outcome.RELEASE;
    }

    private Outcome giveUp(Incoming record, Message task, Failure failure) throws InterruptedException {
        List<Outgoing> failed = work.failed(task, failure, false);
        List<Outgoing> records = new ArrayList<>(failed);
        records.add(Outbox.deadLetter(record, failure, work.where(task)));
        try {
            publisher.publish(records);
            return Outcome.ACCEPT;
        } catch (OversizedRecordException e) {
            LOG.error("No dead letter of a task {} reason=\"{}\"", text(task), e.getMessage());
            return publish(failed);
        } catch (TransportException e) {
            return notPublished(e);
        }
    }

    /** What came of a task, or that it is too much to tell: the same would come of it again. */
    private Outcome publish(Incoming record, Message task, List<Outgoing> result) throws InterruptedException {
        try {
            publisher.publish(result);
            return Outcome.ACCEPT;
        } catch (OversizedRecordException e) {
            return giveUp(record, task, new Failure("its result cannot be told: " + e.getMessage(), Optional.empty()));
        } catch (TransportException e) {
            return notPublished(e);
        }
    }

    private Outcome publish(List<Outgoing> records) throws InterruptedException {
        try {
            publisher.publish(records);
            return Outcome.ACCEPT;
        } catch (TransportException e) {
            return notPublished(e);
        }
    }

    private static Outcome notPublished(TransportException e) {
        LOG.warn("Result not published, the task is given back reason=\"{}\"", e.getMessage());
        return Outcome.RELEASE;
    }

    private String text(Message task) {
        StringBuilder text = new StringBuilder();
        work.where(task)
                .forEach((key, value) ->
                        text.append(key).append('=').append(value).append(' '));
        return text.toString().strip();
    }
}
