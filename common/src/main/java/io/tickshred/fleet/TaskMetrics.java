package io.tickshred.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.transport.Topic;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What every worker of a queue counts alike: what became of tasks, and those in hand. Thread-safe. */
final class TaskMetrics {
    static final MeterSpec TASKS = MeterSpec.counter(
                    "tickshred.tasks",
                    "Attempts at tasks by what became of them: done, retried (given back after a failure), failed (for good,"
                            + " to the dead letters), fenced (its plan has ended), malformed (no task, to the dead letters),"
                            + " unpublished (given back because its result did not reach the log), released (given back because"
                            + " its worker stops)")
            .tagged("queue", "outcome")
            .ruled("TasksGivenBack", "BacklogNotMoving");

    static final MeterSpec REDELIVERED = MeterSpec.counter(
                    "tickshred.tasks.redelivered",
                    "Tasks taken that had been delivered before: given back, or taken from a worker that died")
            .tagged("queue")
            .ruled("WorkersDie");

    static final MeterSpec IN_FLIGHT = MeterSpec.gauge(
                    "tickshred.tasks.in.flight",
                    "Tasks in hand, by whether this is their first delivery or one again; what waits is"
                            + " tickshred_queue_backlog_tasks less the sum of this over all workers (tickshred:queue_waiting)")
            .tagged("queue", "delivery")
            .watched("delivery=\"again\" above 0 for long: one task takes worker after worker down");

    static final MeterSection SECTION = new MeterSection(
            "Tasks",
            "What workers of the queues do with tasks.",
            List.of(MeterSection.SHRED_WORKER, MeterSection.FINALIZER),
            List.of(TASKS, REDELIVERED, IN_FLIGHT));

    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Counter redelivered;
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();

    /** What became of an attempt. */
    enum Outcome {
        DONE,
        RETRIED,
        FAILED,
        FENCED,
        MALFORMED,
        UNPUBLISHED,
        RELEASED
    }

    TaskMetrics(MeterRegistry registry, Topic queue) {
        String name = queue.baseName();
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, TASKS.counter(registry, name, outcome.name().toLowerCase(Locale.ROOT)));
        }
        redelivered = REDELIVERED.counter(registry, name);
        IN_FLIGHT.gauge(registry, first, AtomicInteger::get, name, "first");
        IN_FLIGHT.gauge(registry, again, AtomicInteger::get, name, "again");
    }

    void taken(int delivery) {
        if (delivery > 1) {
            redelivered.increment();
        }
        inHand(delivery).incrementAndGet();
    }

    void ended(Outcome outcome) {
        Objects.requireNonNull(outcomes.get(outcome)).increment();
    }

    void left(int delivery) {
        inHand(delivery).decrementAndGet();
    }

    private AtomicInteger inHand(int delivery) {
        return delivery > 1 ? again : first;
    }
}
