package io.tickshred.planner.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.PlanId;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DayStatusesTest {
    private static final Day DAY = new Day("equity", LocalDate.of(2013, 10, 7));
    private static final PlanId OLD = PlanId.create(Instant.EPOCH.plusSeconds(1));
    private static final PlanId NEW = PlanId.create(Instant.EPOCH.plusSeconds(2));

    private final DayStatuses days = new DayStatuses();

    @Test
    void theNewestPlansWordCountsWhateverItsPlaceInTheLog() {
        hear(status(NEW, DayState.SHREDDING));
        hear(status(OLD, DayState.PUBLISHED));

        assertThat(days.find(DAY)).contains(status(NEW, DayState.SHREDDING));
    }

    @Test
    void aPlanNeverGoesBack() {
        hear(status(NEW, DayState.FINALIZING));
        hear(status(NEW, DayState.SHREDDING));

        assertThat(days.find(DAY)).contains(status(NEW, DayState.FINALIZING));
    }

    @Test
    void aLaterStatusOfTheSameStateTakesItsPlace() {
        hear(status(NEW, DayState.PUBLISHED));
        DayStatus noted = PlanStatus.noted(status(NEW, DayState.PUBLISHED), "published before");

        hear(noted);

        assertThat(days.find(DAY)).contains(noted);
    }

    @Test
    void whatOverrulesAFailureCountsAboveItWhicheverIsHeardFirst() {
        DayStatus published = DayStatusBuilder.from(status(OLD, DayState.PUBLISHED))
                .overrules(NEW)
                .build();

        hear(status(NEW, DayState.FAILED));
        hear(published);
        Optional<DayStatus> after = days.find(DAY);
        hear(status(NEW, DayState.FAILED));

        assertThat(after).contains(published);
        assertThat(days.find(DAY)).contains(published);
    }

    @Test
    void aNewerPlanCountsAboveWhatOverrulesAnOlderOne() {
        DayStatus published = DayStatusBuilder.from(status(OLD, DayState.PUBLISHED))
                .overrules(NEW)
                .build();
        PlanId newest = PlanId.create(Instant.EPOCH.plusSeconds(3));

        hear(status(newest, DayState.PLANNING));
        hear(published);

        assertThat(days.find(DAY)).contains(status(newest, DayState.PLANNING));
    }

    @Test
    void daysAreInTheOrderOfDatasetAndDate() {
        for (String day : new String[] {"b/2020-01-01", "a/2020-01-02", "a/2020-01-01"}) {
            String[] parts = day.split("/");
            hear(PlanStatus.planning(new Day(parts[0], LocalDate.parse(parts[1])), OLD, Instant.EPOCH));
        }

        assertThat(days.all())
                .extracting(status -> status.day().toString())
                .containsExactly("a/2020-01-01", "a/2020-01-02", "b/2020-01-01");
    }

    @Test
    void garbageAndTombstonesDoNotStopTheView() {
        days.accept(new Incoming(Topic.DAY_STATUS, 0, 0, "k", Optional.of(new byte[] {1}), Map.of()));
        days.accept(new Incoming(Topic.DAY_STATUS, 0, 1, "k", Optional.empty(), Map.of()));

        assertThat(days.all()).isEmpty();
    }

    private void hear(DayStatus status) {
        Outgoing record = Outbox.record(status);
        days.accept(new Incoming(record.topic(), 0, 0, record.key(), record.value(), Map.of()));
    }

    private static DayStatus status(PlanId plan, DayState state) {
        return Statuses.of(DAY, state, Instant.EPOCH)
                .chunksDone(1)
                .chunks(2)
                .batchesDone(3)
                .batches(4)
                .rows(5)
                .routed(6)
                .filtered(7)
                .outside(8)
                .stagedBytes(9)
                .plan(plan)
                .build();
    }
}
