package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.TaskHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;

/**
 * A task that a slot holds, for as long as the work on it takes. When it is lost meanwhile the work goes on, as its
 * result may still be the first, but nothing is acknowledged any more.
 */
interface HeldTask {
    ConsumerRecord<String, byte[]> record();

    /** How many times the task has been delivered, this one included. */
    int delivery();

    /** How often {@link #keep} is to be called while the work goes on. */
    Duration keepEvery();

    /** Tells the brokers that the task is still being worked on. */
    void keep();

    /**
     * Says what became of the task. When that does not arrive, the task is delivered again.
     *
     * @return false when the source that the task came from is of no use any more
     */
    boolean settle(TaskHandler.Outcome outcome);

    /** Says that the brokers took a task back. */
    static void lost(Logger log, ConsumerRecord<String, byte[]> record, String why) {
        LogLine.warn(log, "Task no longer held, it may be delivered again")
                .with(LogKey.TOPIC, record.topic())
                .with(LogKey.KEY, record.key())
                .with(LogKey.PARTITION, record.partition())
                .with(LogKey.OFFSET, record.offset())
                .with(LogKey.REASON, why)
                .write();
    }

    /** How work ended: what it said, or what it threw. */
    record Ending(TaskHandler.Outcome outcome, Optional<Throwable> failure) {}

    /** Keeps the task until the work on it has ended. */
    default Ending awaitEnd(Future<TaskHandler.Outcome> work) throws InterruptedException {
        while (true) {
            try {
                return new Ending(work.get(keepEvery().toMillis(), TimeUnit.MILLISECONDS), Optional.empty());
            } catch (TimeoutException e) {
                keep();
            } catch (CancellationException e) {
                return new Ending(TaskHandler.Outcome.RELEASE, Optional.empty()); // closed before the work began
            } catch (ExecutionException e) {
                return new Ending(TaskHandler.Outcome.RELEASE, Optional.of(e.getCause() == null ? e : e.getCause()));
            }
        }
    }
}
