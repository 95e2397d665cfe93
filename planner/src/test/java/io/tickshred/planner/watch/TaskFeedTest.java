package io.tickshred.planner.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.Message;
import io.tickshred.message.PlanOpened;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourcesHash;
import io.tickshred.planner.status.DayStatuses;
import io.tickshred.planner.status.PlanStatus;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.testkit.Await;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Plans;
import io.tickshred.transport.Publisher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskFeedTest {
    private final MemoryTransport transport = new MemoryTransport();
    private final DayStatuses days = new DayStatuses();
    private final PlanId plan = PlanId.create(Instant.now());
    private final PlanHeader header = Plans.header(plan, 2, 3, Optional.empty());
    private Instant now = Instant.parse("2024-01-02T10:00:00Z");
    private final TaskFeed feed = new TaskFeed(transport, days, () -> now);

    @BeforeEach
    void follow() {
        days.follow(transport);
    }

    @AfterEach
    void close() {
        feed.close();
        days.close();
    }

    private void say(Message message) throws Exception {
        try (Publisher publisher = transport.publisher()) {
            publisher.publish(List.of(Outbox.record(message)));
        }
    }

    private void say(Message message, DayState expected) throws Exception {
        say(message);
        Await.until(
                "the status is heard",
                () -> days.find(header.day())
                        .filter(day -> day.state() == expected)
                        .isPresent(),
                days::all);
    }

    private List<TaskReport> awaitChanges() throws Exception {
        List<TaskReport> changes = new ArrayList<>();
        Await.until("something is told", () -> changes.addAll(feed.changes()), () -> changes);
        return changes;
    }

    @Test
    void aRunningDayIsToldWhenItWentOnAndNotOtherwise() throws Exception {
        say(new PlanOpened(header, SourcesHash.ZERO));
        say(PlanStatus.planned(header, "planned"), DayState.SHREDDING);

        List<TaskReport> first = awaitChanges();
        List<TaskReport> second = feed.changes();

        assertThat(first)
                .singleElement()
                .satisfies(report -> assertThat(report.chunks().total()).isEqualTo(3));
        assertThat(second).isEmpty();
        assertThat(feed.latest()).isEqualTo(first);
    }

    @Test
    void theLogsAreFollowedOnlyWhileADayRunsAndHalfAMinuteLonger() throws Exception {
        feed.changes();
        boolean idle = feed.following();
        say(PlanStatus.planned(header, "planned"), DayState.SHREDDING);
        feed.changes();
        boolean running = feed.following();
        say(
                PlanStatus.failed(
                        header.day(),
                        plan,
                        new io.tickshred.model.Failure("no", Optional.empty()),
                        Optional.empty(),
                        now),
                DayState.FAILED);
        now = now.plusSeconds(30);
        feed.changes();
        boolean justEnded = feed.following();
        now = now.plusSeconds(1);
        feed.idle();

        assertThat(idle).isFalse();
        assertThat(running).isTrue();
        assertThat(justEnded).isTrue();
        assertThat(feed.following()).isFalse();
    }
}
