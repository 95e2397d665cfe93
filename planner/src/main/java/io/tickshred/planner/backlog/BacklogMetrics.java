package io.tickshred.planner.backlog;

import io.micrometer.core.instrument.MeterRegistry;
import io.tickshred.meter.MeterSection;
import io.tickshred.meter.MeterSpec;
import io.tickshred.transport.Pending;
import io.tickshred.transport.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What waits in the log, of queues and of coordinators, as each planner sees it: read by its maximum over planners. NaN
 * where it is not known, because no number is not an empty queue.
 */
final class BacklogMetrics {
    static final List<Topic> QUEUES = Stream.of(Topic.values())
            .filter(topic -> topic.kind() == Topic.Kind.WORK_QUEUE)
            .toList();

    private static final MeterSpec BACKLOG = MeterSpec.gauge(
                    "tickshred.queue.backlog",
                    "Tasks of a queue that are not done, waiting and in flight, also while no worker lives: what to scale on")
            .in("tasks")
            .tagged("queue")
            .ruled("BacklogUnknown", "BacklogNotMoving");
    private static final MeterSpec OLDEST = MeterSpec.gauge(
                    "tickshred.queue.oldest.age",
                    "Age of the oldest task of a queue that is not done; 0 where there is none")
            .in("seconds")
            .tagged("queue")
            .ruled("TaskTooOld");
    private static final MeterSpec LAG = MeterSpec.gauge(
                    "tickshred.coordinator.lag",
                    "Records that a coordinator has not handled: ledger and ranges of the planner, batch-ledger and fan-out"
                            + " of the finalizer, …, also while none runs")
            .in("records")
            .tagged("coordinator")
            .ruled("LedgerBehind");
    private static final MeterSpec LAG_AGE = MeterSpec.gauge(
                    "tickshred.coordinator.lag.age", "Age of the oldest record that a coordinator has not handled")
            .in("seconds")
            .tagged("coordinator")
            .ruled("LedgerBehind", "PlanningStuck");

    static final MeterSection SECTION = new MeterSection(
            "Backlog and lag",
            "Of the log, as a planner asks the brokers every few seconds. Each planner tells the same: take the maximum."
                    + " NaN while the brokers do not answer. In CloudWatch the backlog is `Backlog` (docs/runbook.md).",
            List.of(MeterSection.PLANNER),
            List.of(BACKLOG, OLDEST, LAG, LAG_AGE));

    private final InstantSource clock;
    private final Map<Object, Sample> samples = new HashMap<>();

    /** Written by the sampler, read by scrapes. */
    private static final class Sample {
        private volatile Optional<Pending> pending = Optional.empty();

        double records() {
            return pending.map(Pending::records).map(Long::doubleValue).orElse(Double.NaN);
        }

        double age(InstantSource clock) {
            return pending.map(known -> known.oldest()
                            .map(at -> Math.max(
                                    0, Duration.between(at, clock.instant()).toMillis() / 1000.0))
                            .orElse(known.records() == 0 ? 0 : Double.NaN))
                    .orElse(Double.NaN);
        }
    }

    BacklogMetrics(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        QUEUES.forEach(queue -> bind(registry, BACKLOG, OLDEST, queue, queue.baseName()));
        for (Coordinator coordinator : Coordinator.values()) {
            bind(registry, LAG, LAG_AGE, coordinator, coordinator.text());
        }
    }

    private void bind(MeterRegistry registry, MeterSpec records, MeterSpec age, Object what, String name) {
        Sample sample = new Sample();
        samples.put(what, sample);
        records.gauge(registry, sample, Sample::records, name);
        age.gauge(registry, sample, s -> s.age(clock), name);
    }

    /** Sets a queue or coordinator; empty when it is not known any more. */
    void set(Object what, Optional<Pending> pending) {
        Objects.requireNonNull(samples.get(what)).pending = pending;
    }
}
