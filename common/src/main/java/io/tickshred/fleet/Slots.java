package io.tickshred.fleet;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots in which one instance works on a queue, opened and stopped together. */
public final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    private final Topic queue;
    private final List<Transport.Slot> slots;

    private Slots(Topic queue, List<Transport.Slot> slots) {
        this.queue = queue;
        this.slots = slots;
    }

    /**
     * Opens the slots of a service; the handler is called by all of them at once. While it works its engines know of
     * the task, and an orchestrator that scales is told to spare this instance.
     */
    public static Slots open(Transport transport, Topic queue, WorkSettings settings, TaskHandler handler) {
        TaskHandler known = (record, delivery) -> {
            try (DuckDbEngines.InHand ignored = settings.engines().begin()) {
                return handler.handle(record, delivery);
            }
        };
        TaskHandler guarded = settings.protection().guard(known);
        return new Slots(
                queue,
                Stream.generate(() -> transport.work(queue, guarded))
                        .limit(settings.slots())
                        .toList());
    }

    /** True while every slot runs. */
    public boolean alive() {
        return slots.stream().allMatch(Transport.Running::alive);
    }

    /** What keeps a slot from going on while it tries again; empty when all is well. */
    public Optional<String> trouble() {
        return slots.stream().flatMap(slot -> slot.trouble().stream()).findFirst();
    }

    /** Takes no new task, waits for those in hand until the deadline, then interrupts and gives back the rest. */
    public void stop(Duration deadline) throws InterruptedException {
        slots.forEach(Transport.Slot::drain);
        LogLine.info(LOG, "Taking no more tasks")
                .with(LogKey.QUEUE, queue.baseName())
                .write();
        long end = System.nanoTime() + deadline.toNanos();
        for (Transport.Slot slot : slots) {
            slot.awaitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        closeAll();
    }

    /** All at once: none has to wait with its task for one that is slow to give up. */
    private void closeAll() throws InterruptedException {
        List<Thread> closing = slots.stream()
                .map(slot -> new Thread(slot::close, "slot-close"))
                .toList();
        closing.forEach(Thread::start);
        for (Thread thread : closing) {
            thread.join();
        }
    }
}
