package io.tickshred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.transport.QueueState;
import io.tickshred.transport.TaskHandler;
import io.tickshred.transport.TaskHandler.Outcome;
import io.tickshred.transport.Topic;
import io.tickshred.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How every {@link Transport} runs work queues. */
public abstract class QueueContract extends TransportFixture {
    @Test
    void eachTaskIsWorkedOnOnce() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        Transport other = opened("second");
        publish(tasks(60));

        for (Transport each : List.of(transport, transport, other, other)) {
            closing(each.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                done.add(delivery + ":" + text(task));
                return Outcome.ACCEPT;
            }));
        }
        Await.until("60 tasks", () -> done.size() >= 60, done::size);
        awaitBacklog(0);

        assertThat(done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 60).mapToObj(i -> "1:task-" + i).toList());
    }

    @Test
    void aReleasedTaskIsDeliveredAgainAndCounted() throws Exception {
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));

        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            return delivery < 3 ? Outcome.RELEASE : Outcome.ACCEPT;
        }));
        Await.until("third delivery", () -> deliveries.size() >= 3, () -> deliveries);
        awaitBacklog(0);

        assertThat(deliveries).containsExactly(1, 2, 3);
    }

    @Test
    void aTaskWhoseHandlerThrowsIsDeliveredAgain() throws Exception {
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));

        Transport.Slot slot = closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            if (delivery == 1) {
                throw new IllegalStateException("a bug");
            }
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> deliveries.size() >= 2);

        assertThat(deliveries).containsExactly(1, 2);
        assertThat(slot.alive()).isTrue();
    }

    @Test
    void aTaskThatTakesLongerThanItsLockIsNotDeliveredTwice() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        publish(tasks(2));

        for (Transport each : List.of(transport, opened("second"))) {
            for (int slot = 0; slot < 2; slot++) {
                closing(each.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                    Thread.sleep(taskLock().multipliedBy(2).plusMillis(500).toMillis());
                    done.add(delivery + ":" + text(task));
                    return Outcome.ACCEPT;
                }));
            }
        }
        awaitBacklogBelow(1, () -> done.size() >= 2);

        assertThat(done).containsExactlyInAnyOrder("1:task-0", "1:task-1");
    }

    @Test
    void aSlotClosedInTheMiddleOfATaskGivesItBack() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Integer> deliveries = new CopyOnWriteArrayList<>();
        publish(tasks(1));
        Transport.Slot slot = transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            try {
                Thread.sleep(Await.PATIENCE.toMillis() * 2);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return Outcome.ACCEPT;
        });
        await(begun);

        slot.drain();
        boolean idle = slot.awaitIdle(Duration.ofMillis(100));
        slot.close();
        closing(opened("second").work(Topic.CHUNK_TASKS, (task, delivery) -> {
            deliveries.add(delivery);
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> !deliveries.isEmpty());

        assertThat(idle).isFalse();
        assertThat(interrupted.getCount()).isZero();
        // More than two when the closing slot was handed the task once more before it was gone.
        assertThat(deliveries).singleElement().satisfies(delivery -> assertThat(delivery)
                .isGreaterThanOrEqualTo(2));
    }

    @Test
    void aDrainedSlotFinishesItsTaskAndTakesNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> second = new CopyOnWriteArrayList<>();
        publish(tasks(1));
        Transport.Slot slot = closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            finish.await();
            first.add(text(task));
            return Outcome.ACCEPT;
        }));
        await(begun);

        slot.drain();
        finish.countDown();
        boolean idle = slot.awaitIdle(Await.PATIENCE);
        publish(Stream.of(record(Topic.CHUNK_TASKS, "later", "later")));
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            second.add(text(task));
            return Outcome.ACCEPT;
        }));
        awaitBacklogBelow(1, () -> !second.isEmpty());

        assertThat(idle).isTrue();
        assertThat(first).containsExactly("task-0");
        assertThat(second).containsExactly("later");
    }

    @Test
    void aQueueTellsItsOldestTaskAndWhoWorksOnIt() throws Exception {
        Instant before = Instant.now().minusMillis(1);
        // Some in each partition, where queues have any: both slots get one, whatever partitions are theirs.
        publish(tasks(20));
        QueueState unread = transport.queue(Topic.CHUNK_TASKS);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch finish = new CountDownLatch(1);
        for (int slot = 0; slot < 2; slot++) {
            closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
                begun.countDown();
                finish.await();
                return Outcome.ACCEPT;
            }));
        }
        await(begun);
        QueueState busy = transport.queue(Topic.CHUNK_TASKS);
        finish.countDown();
        awaitBacklog(0);
        QueueState done = transport.queue(Topic.CHUNK_TASKS);

        assertThat(unread.backlog()).isEqualTo(20);
        assertThat(unread.waiting()).isEqualTo(20);
        assertThat(unread.workers()).isEmpty();
        assertThat(unread.oldestAt()).hasValueSatisfying(at -> assertThat(at).isBetween(before, Instant.now()));
        assertThat(busy.workers()).singleElement().satisfies(worker -> {
            assertThat(worker.name()).isEqualTo("first");
            assertThat(worker.slots()).isEqualTo(2);
        });
        assertThat(busy.inFlight()).isEqualTo(2);
        assertThat(busy.waiting()).isEqualTo(18);
        assertThat(busy.oldestAt()).isEqualTo(unread.oldestAt());
        assertThat(done.backlog()).isZero();
        assertThat(done.oldestAt()).isEmpty();
    }

    @Test
    void theBacklogCountsTasksWaitingAndInFlight() throws Exception {
        publish(tasks(10));
        long unread = transport.backlog(Topic.CHUNK_TASKS);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            finish.await();
            return Outcome.ACCEPT;
        }));
        await(begun);
        long inFlight = transport.backlog(Topic.CHUNK_TASKS);
        finish.countDown();
        awaitBacklog(0);

        assertThat(unread).isEqualTo(10);
        assertThat(inFlight).isEqualTo(10);
        assertThat(transport.backlog(Topic.BATCH_TASKS)).isZero();
    }

    @Test
    void aQueueIsAsOldAsItsOldestTask() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        publish(Stream.of(record(Topic.CHUNK_TASKS, "first", "first")));
        Instant between = Instant.now();
        QueueState one = transport.queue(Topic.CHUNK_TASKS);
        Thread.sleep(20);
        publish(tasks(3));
        QueueState four = transport.queue(Topic.CHUNK_TASKS);
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> Outcome.ACCEPT));
        awaitBacklog(0);
        QueueState done = transport.queue(Topic.CHUNK_TASKS);

        assertThat(one.backlog()).isEqualTo(1);
        assertThat(one.oldestAt().orElseThrow()).isBetween(before, between);
        assertThat(four.backlog()).isEqualTo(4);
        assertThat(four.oldestAt()).isEqualTo(one.oldestAt());
        assertThat(done.backlog()).isZero();
        assertThat(done.oldestAt()).isEmpty();
    }

    @Test
    void tasksPublishedByACoordinatorAreWorkedOnOnce() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        publish(Stream.of(record(Topic.PLAN_REQUESTS, "key", "go")));

        closing(transport.process(
                "planner",
                Set.of(Topic.PLAN_REQUESTS),
                false,
                handler((r, replaying) -> () -> tasks(25).iterator())));
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            done.add(text(task));
            return Outcome.ACCEPT;
        }));
        Await.until("25 tasks", () -> done.size() >= 25, done::size);
        awaitBacklog(0);

        assertThat(done).hasSize(25).doesNotHaveDuplicates();
    }

    @Test
    void aTaskInHandStaysWhereItIsWhileSlotsComeAndGo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        TaskHandler quick = (task, delivery) -> {
            done.add(delivery + ":" + text(task));
            return Outcome.ACCEPT;
        };
        publish(tasks(1));
        closing(transport.work(Topic.CHUNK_TASKS, (task, delivery) -> {
            begun.countDown();
            finish.await();
            return quick.handle(task, delivery);
        }));
        await(begun);

        Transport other = opened("second");
        Transport.Slot leaving = other.work(Topic.CHUNK_TASKS, quick);
        closing(other.work(Topic.CHUNK_TASKS, quick));
        awaitOthersAtWork(done, "while both are there");
        leaving.drain();
        leaving.awaitIdle(Await.PATIENCE);
        leaving.close();
        awaitOthersAtWork(done, "after one has left");
        boolean stayed = done.stream().noneMatch(text -> text.endsWith("task-0"));
        finish.countDown();
        awaitBacklog(0);

        assertThat(stayed).isTrue();
        assertThat(done).contains("1:task-0").allSatisfy(text -> assertThat(text)
                .startsWith("1:"));
    }

    /** Publishes until others than a busy slot have done something: not all partitions need be theirs at once. */
    private void awaitOthersAtWork(List<String> done, String when) throws Exception {
        int before = done.size();
        for (int i = 0; done.size() < before + 4; i++) {
            assertThat(i).as("rounds " + when).isLessThan(300);
            publish(Stream.of(record(Topic.CHUNK_TASKS, when + i, when + i)));
            Thread.sleep(100);
        }
    }
}
