package io.tickshred.transport.kafka;

import io.tickshred.transport.TaskHandler;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A task of a consumer group. The slot goes on polling while it holds the task, with all partitions paused. */
final class GroupTask implements HeldTask {
    /** A rebalance goes on by one step with each poll. */
    private static final Duration KEEP = Duration.ofMillis(50);

    private final GroupTaskSource source;
    private final ConsumerRecord<String, byte[]> record;
    private final TaskPosition taken;
    private final BooleanSupplier stopping;

    GroupTask(
            GroupTaskSource source,
            ConsumerRecord<String, byte[]> record,
            TaskPosition taken,
            BooleanSupplier stopping) {
        this.source = source;
        this.record = record;
        this.taken = taken;
        this.stopping = stopping;
    }

    @Override
    public ConsumerRecord<String, byte[]> record() {
        return record;
    }

    @Override
    public int delivery() {
        return taken.deliveries();
    }

    @Override
    public Duration keepEvery() {
        return KEEP;
    }

    @Override
    public void keep() {
        source.keep(stopping.getAsBoolean());
    }

    @Override
    public boolean settle(TaskHandler.Outcome outcome) {
        return outcome == TaskHandler.Outcome.ACCEPT ? source.accept(record, taken, stopping) : source.release(record);
    }
}
