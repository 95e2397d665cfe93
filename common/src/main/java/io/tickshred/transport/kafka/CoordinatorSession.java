package io.tickshred.transport.kafka;

import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of a coordinator's group with its transactions. Everything here is done by the polling thread, but for
 * {@link LogHandler#handle}, which has a thread of its own: while it takes its time the partitions are paused and
 * polled on, so that a record may take minutes without the brokers giving up on the instance.
 *
 * <p>The handler is never called by two threads at once: what has to be forgotten while a step runs is forgotten when
 * it ended, and its outcome counts only if its {@link Lane} was not set back meanwhile.
 */
final class CoordinatorSession implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorSession.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration KEEP_ALIVE = Duration.ofMillis(200);
    /** After a failed transaction so many records get one each, so that a bad record holds up no others. */
    private static final int CAUTIOUS_RECORDS = 500;
    /** How long a step goes on when its partition is taken away or the coordinator is closed. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final String name;
    private final Map<String, Topic> topics;
    private final boolean replay;
    private final Consumer<String, byte[]> consumer;
    private final OutputTransaction transaction;
    private final KafkaRecords records;
    private final LogHandler handler;
    private final SetBacks setBacks;
    private final Workplace workplace;
    /** Concurrent for {@link #trouble} alone. */
    private final Map<Integer, Lane> lanes = new ConcurrentSkipListMap<>();

    private final List<TopicPartition> toForget = new ArrayList<>();
    private @Nullable Step current;
    private @Nullable RuntimeException postponed;
    private int cautious;
    private boolean ended;

    CoordinatorSession(
            String name,
            Map<String, Topic> topics,
            boolean replay,
            Consumer<String, byte[]> consumer,
            OutputTransaction transaction,
            KafkaRecords records,
            LogHandler handler,
            Workplace workplace) {
        this.name = name;
        this.topics = topics;
        this.replay = replay;
        this.consumer = consumer;
        this.transaction = transaction;
        this.records = records;
        this.handler = handler;
        setBacks = new SetBacks(name);
        this.workplace = workplace;
    }

    void run(Runnable onContact, BooleanSupplier stopping) throws InterruptedException {
        try {
            consumer.subscribe(topics.keySet(), this);
            while (!stopping.getAsBoolean()) {
                startLanes();
                pauseAndResume();
                accept(consumer.poll(POLL));
                onContact.run();
                handleAll(stopping);
                commit();
            }
            consumer.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                    .withTimeout(KafkaClients.CALL_TIMEOUT));
        } finally {
            ended = true;
            Step left = current;
            if (left != null) {
                left.interrupt();
                left.awaitEnd();
                current = null;
            }
            drop(List.copyOf(lanes.values()));
            forgetPostponed();
        }
    }

    Optional<String> trouble() {
        return lanes.values().stream().flatMap(lane -> lane.trouble().stream()).findFirst();
    }

    // --- partitions come and go; called by poll and close

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.computeIfAbsent(partition.partition(), Lane::new);
            toForget.addAll(lane.partitions());
            lane.add(partition);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        List<Lane> leaving = lanesOf(partitions);
        settle(leaving, GRACE);
        if (!ended) {
            commit();
        }
        drop(leaving);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        List<Lane> leaving = lanesOf(partitions);
        settle(leaving, Duration.ZERO);
        if (!ended && transaction.isOpen()) {
            failTransaction(new KafkaException("the partitions went to another instance"));
        }
        drop(leaving);
    }

    private List<Lane> lanesOf(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(TopicPartition::partition)
                .distinct()
                .map(lanes::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Brings the running step to its end when it is in one of the lanes: it may finish in the given time. */
    private void settle(List<Lane> leaving, Duration grace) {
        Step step = current;
        if (step == null || !leaving.contains(step.lane())) {
            return;
        }
        try {
            if (!step.awaitEnd(grace)) {
                LogLine.info(LOG, "Record interrupted, its partition is taken away")
                        .with(LogKey.COORDINATOR, name)
                        .with(LogKey.TOPIC, step.record().topic())
                        .with(LogKey.PARTITION, step.record().partition())
                        .with(LogKey.OFFSET, step.record().offset())
                        .with(LogKey.KEY, step.record().key())
                        .write();
                step.interrupt();
                step.awaitEnd();
                step.lane().reset();
            }
            current = null;
            finish(step);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void drop(List<Lane> leaving) {
        for (Lane lane : leaving) {
            lane.reset();
            lanes.remove(lane.number());
            toForget.addAll(lane.partitions());
        }
    }

    /** Only while no step runs. */
    private void forgetPostponed() {
        for (TopicPartition partition : toForget) {
            handler.forget(topic(partition), partition.partition());
        }
        toForget.clear();
    }

    private Topic topic(TopicPartition partition) {
        return Objects.requireNonNull(topics.get(partition.topic()));
    }

    // --- the loop

    private void startLanes() {
        forgetPostponed();
        List<Lane> due = lanes.values().stream().filter(Lane::shouldStart).toList();
        if (due.isEmpty()) {
            return;
        }
        Set<TopicPartition> partitions = new HashSet<>();
        due.forEach(lane -> partitions.addAll(lane.partitions()));
        try {
            transaction.fence();
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> handledBefore = new HashMap<>();
            for (TopicPartition partition : partitions) {
                long beginning = beginnings.getOrDefault(partition, 0L);
                OffsetAndMetadata offset = committed.get(partition);
                long handled = offset == null ? 0 : offset.offset();
                if (replay) {
                    handledBefore.put(partition, Math.min(handled, ends.getOrDefault(partition, 0L)));
                }
                consumer.seek(partition, replay ? beginning : Math.max(handled, beginning));
            }
            due.forEach(lane -> lane.start(handledBefore));
        } catch (InterruptException | FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            transaction.abort();
            setBacks.cannot("cannot find where it was", due, e);
        }
    }

    private void pauseAndResume() {
        List<TopicPartition> pause = new ArrayList<>();
        List<TopicPartition> resume = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            Lane lane = lanes.get(partition.partition());
            (lane != null && lane.wants(partition) ? resume : pause).add(partition);
        }
        consumer.pause(pause);
        consumer.resume(resume);
    }

    private void accept(Iterable<ConsumerRecord<String, byte[]>> polled) {
        for (ConsumerRecord<String, byte[]> record : polled) {
            Lane lane = lanes.get(record.partition());
            if (lane != null) {
                lane.accept(record);
            }
        }
    }

    private void handleAll(BooleanSupplier stopping) throws InterruptedException {
        for (Lane lane : List.copyOf(lanes.values())) {
            while (!stopping.getAsBoolean() && lanes.get(lane.number()) == lane) {
                trackReplay(lane);
                Optional<Lane.Next> next = lane.next();
                if (next.isEmpty()) {
                    break;
                }
                handle(lane, next.get(), stopping);
                forgetPostponed();
                if (transaction.isDue() || cautious > 0) {
                    commit();
                }
            }
        }
    }

    private void trackReplay(Lane lane) {
        for (TopicPartition partition : lane.replaying()) {
            lane.fetchedUpTo(partition, consumer.position(partition));
        }
    }

    private void handle(Lane lane, Lane.Next next, BooleanSupplier stopping) throws InterruptedException {
        Step step = new Step(lane, next, () -> handler.handle(records.incoming(next.record()), next.replaying()));
        current = step;
        workplace.run(step);
        long interruptAt = Long.MAX_VALUE;
        while (!step.awaitEnd(KEEP_ALIVE)) {
            keepAlive();
            if (current != step) {
                return; // its partition was taken away, and it is settled
            }
            if (stopping.getAsBoolean()) {
                interruptAt = Math.min(interruptAt, System.nanoTime() + GRACE.toNanos());
                if (System.nanoTime() - interruptAt >= 0) {
                    step.interrupt();
                }
            }
        }
        current = null;
        finish(step);
    }

    /** Stays in the group, and commits what is done, while a step takes its time. */
    private void keepAlive() {
        consumer.pause(consumer.assignment());
        if (transaction.isDue()) {
            commit();
        }
        accept(consumer.poll(Duration.ZERO));
    }

    private void finish(Step step) {
        RuntimeException broken = postponed;
        if (broken != null) {
            postponed = null;
            failTransaction(broken);
        }
        if (!step.counts()) {
            toForget.addAll(step.lane().partitions()); // it went on after its state was forgotten
            return;
        }
        Optional<Throwable> failure = step.failure();
        if (failure.isPresent()) {
            commit(); // what was handled before is good
            fail(Set.of(step.lane()), "cannot handle " + step.where(), failure.get());
        } else if (!step.replaying()) {
            publish(step);
        }
    }

    private void publish(Step step) {
        try {
            transaction.add(step.record(), step.output());
            cautious = Math.max(0, cautious - 1);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            Set<Lane> inTransaction = lanesInTransaction();
            transaction.abort();
            cautious = CAUTIOUS_RECORDS;
            inTransaction.add(step.lane());
            fail(inTransaction, "cannot publish the output of " + step.where(), e);
        }
    }

    private void commit() {
        if (!transaction.isOpen() || postponed != null) {
            return;
        }
        Set<Lane> lanesIn = lanesInTransaction();
        try {
            transaction.commit(consumer.groupMetadata());
            lanesIn.forEach(Lane::recovered);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            Optional<FencedInstanceIdException> fenced = FailureText.fenced(e);
            if (fenced.isPresent()) {
                // Starting another producer would only fence the one that took this one's place.
                throw fenced.get();
            }
            failTransaction(e);
        }
    }

    /** Sets all lanes back that have output in the transaction; later, when a step is running. */
    private void failTransaction(RuntimeException cause) {
        if (current != null) {
            postponed = cause;
            return;
        }
        Set<Lane> lanesIn = lanesInTransaction();
        transaction.abort();
        cautious = CAUTIOUS_RECORDS;
        List<Integer> numbers = lanesIn.stream().map(Lane::number).sorted().toList();
        fail(lanesIn, "cannot commit output of partitions=" + numbers, cause);
    }

    private Set<Lane> lanesInTransaction() {
        return new HashSet<>(lanesOf(transaction.partitions()));
    }

    private void fail(Set<Lane> failed, String what, Throwable cause) {
        failed.forEach(lane -> toForget.addAll(lane.partitions()));
        setBacks.cannot(what, failed, cause);
    }
}
