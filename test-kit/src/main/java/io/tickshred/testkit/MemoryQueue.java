package io.tickshred.testkit;

import io.tickshred.transport.Incoming;
import io.tickshred.transport.QueueState;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One work queue. Only the youngest delivery of a task can settle it; what older ones say is ignored. */
final class MemoryQueue {
    private static final int REORDER_DISTANCE = 8;

    private final MemoryBroker broker;
    private final Condition available;
    private final Deque<Task> waiting = new ArrayDeque<>();
    private final Set<Task> unsettled = new HashSet<>();
    private final Map<String, Integer> slots = new TreeMap<>();

    MemoryQueue(MemoryBroker broker) {
        this.broker = broker;
        this.available = broker.lock.newCondition();
    }

    /** Call with the broker's lock held. */
    void add(Incoming record) {
        Task task = new Task(record);
        unsettled.add(task);
        offer(task);
    }

    /** Waits for a task; null when there is nothing to wait for any more. */
    @Nullable
    Delivery acquire(BooleanSupplier stopped) throws InterruptedException {
        broker.lock.lock();
        try {
            while (waiting.isEmpty() && !stopped.getAsBoolean()) {
                available.await();
            }
            if (stopped.getAsBoolean()) {
                available.signal(); // the signal may have been for a task that another slot can take
                return null;
            }
            if (broker.dice.hits(broker.faults.reordering())) {
                for (int turns = broker.dice.below(REORDER_DISTANCE); turns >= 0; turns--) {
                    waiting.addLast(waiting.removeFirst());
                }
            }
            Task task = waiting.removeFirst();
            task.waiting = false;
            task.deliveries++;
            Delivery delivery = new Delivery(task, task.deliveries);
            if (broker.dice.hits(broker.faults.duplicateDelivery())) {
                offer(task);
            }
            return delivery;
        } finally {
            broker.lock.unlock();
        }
    }

    void accept(Delivery delivery) {
        settle(delivery, !broker.dice.hits(broker.faults.lostAccept()));
    }

    void release(Delivery delivery) {
        settle(delivery, false);
    }

    private void settle(Delivery delivery, boolean done) {
        broker.lock.lock();
        try {
            Task task = delivery.task;
            if (task.deliveries != delivery.count || task.waiting) {
                return; // the lock has passed to another delivery
            }
            if (done) {
                unsettled.remove(task);
            } else {
                offer(task);
            }
        } finally {
            broker.lock.unlock();
        }
    }

    long backlog() {
        broker.lock.lock();
        try {
            return unsettled.size();
        } finally {
            broker.lock.unlock();
        }
    }

    /** A slot of an instance comes. */
    void join(String instance) {
        broker.lock.lock();
        try {
            slots.merge(instance, 1, Integer::sum);
        } finally {
            broker.lock.unlock();
        }
    }

    /** A slot of an instance goes. */
    void leave(String instance) {
        broker.lock.lock();
        try {
            slots.computeIfPresent(instance, (name, count) -> count == 1 ? null : count - 1);
        } finally {
            broker.lock.unlock();
        }
    }

    QueueState state() {
        broker.lock.lock();
        try {
            return new QueueState(
                    unsettled.size(),
                    unsettled.stream().map(task -> task.record.writtenAt()).min(Comparator.naturalOrder()),
                    slots.entrySet().stream()
                            .map(entry -> new QueueState.Worker(entry.getKey(), "memory", entry.getValue()))
                            .toList());
        } finally {
            broker.lock.unlock();
        }
    }

    /** Lets slots look again whether they were stopped. */
    void wakeAll() {
        broker.lock.lock();
        try {
            available.signalAll();
        } finally {
            broker.lock.unlock();
        }
    }

    private void offer(Task task) {
        task.waiting = true;
        waiting.addLast(task);
        available.signal();
    }

    /** A task in the queue until it is accepted. */
    private static final class Task {
        private final Incoming record;
        private int deliveries;
        private boolean waiting;

        Task(Incoming record) {
            this.record = record;
        }
    }

    /** A task in the hands of one slot. */
    static final class Delivery {
        private final Task task;
        private final int count;

        Delivery(Task task, int count) {
            this.task = task;
            this.count = count;
        }

        Incoming record() {
            return task.record;
        }

        int count() {
            return count;
        }
    }
}
