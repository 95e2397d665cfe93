package io.tickshred.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.fleet.Outbox;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.Message;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.standalone.progress.DayProgress;
import io.tickshred.standalone.progress.ProgressView;
import io.tickshred.standalone.progress.RangeSummary;
import io.tickshred.testkit.MemoryTransport;
import io.tickshred.testkit.Statuses;
import io.tickshred.transport.Incoming;
import io.tickshred.transport.LogHandler;
import io.tickshred.transport.Outgoing;
import io.tickshred.transport.Topic;
import io.tickshred.transport.TransportException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RangeRunnerTest {
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 2);
    private static final RangeId RANGE = new RangeId("trades", FIRST, FIRST.plusDays(2));
    private static final Instant ASKED = Instant.parse("2024-02-01T10:00:00Z");
    private static final Instant OTHER = Instant.parse("2024-02-01T09:00:00Z");
    private static final PlanId PLAN = PlanId.create(ASKED);

    private final MemoryTransport transport = new MemoryTransport();

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void anAggregateThatAnotherAskedForIsNotTheRanges() throws Exception {
        answer(
                aggregate(OTHER, AggregateStatus.State.FAILED),
                status(RangeState.RUNNING, ASKED, days(RangeDay.State.RUNNING)),
                status(RangeState.DONE, ASKED, days(RangeDay.State.PUBLISHED)),
                aggregate(ASKED, AggregateStatus.State.DONE),
                aggregate(OTHER, AggregateStatus.State.FAILED));

        RangeRunner.Ended ended = run(RangeRequest.of(RANGE));

        assertThat(ended.aggregates()).extracting(AggregateStatus::askedAt).containsExactly(ASKED);
        assertThat(ended.well()).isTrue();
    }

    @Test
    void aDayWithoutAMetricThatFailedIsSaidByFileAndLineAndIsNotWell() throws Exception {
        MetricFailure failure = new MetricFailure("vwap", 0, "vwap.sql", Optional.of(3), "no column Prise");
        answer(
                status(RangeState.RUNNING, ASKED, days(RangeDay.State.RUNNING)),
                published(0).withFailedMetrics(List.of(failure)),
                published(1),
                published(2),
                status(RangeState.DONE, ASKED, List.of(), days(RangeDay.State.PUBLISHED)));

        RangeRunner.Ended ended = run(RangeRequest.of(RANGE));

        assertThat(ended.well()).isFalse();
        assertThat(RangeSummary.lines(ended.range(), ended.days(), 0)).anySatisfy(line -> assertThat(line)
                .startsWith("2024-01-02  published")
                .endsWith("metric vwap: vwap.sql:3: no column Prise"));
    }

    /** Days and ranges are on two topics: nothing says whose word is heard first. */
    @Test
    void aDayWhoseEndIsHeardBeforeTheRangesWordThatItRunsIsCounted() throws Exception {
        MetricFailure failure = new MetricFailure("vwap", 0, "vwap.sql", Optional.of(3), "no column Prise");
        answer(
                published(0).withFailedMetrics(List.of(failure)),
                status(RangeState.DONE, ASKED, List.of(), days(RangeDay.State.PUBLISHED)));

        RangeRunner.Ended ended = run(RangeRequest.of(RANGE));

        assertThat(ended.days()).containsOnlyKeys(FIRST);
        assertThat(ended.well()).isFalse();
    }

    @Test
    void otherDaysOfTheSameRangeInProgressEndTheWaitWithTheReasonAndNotWithTheirEnd() {
        List<RangeDay> others = List.of(
                new RangeDay(FIRST, RangeDay.State.RUNNING, Optional.empty()),
                new RangeDay(FIRST.plusDays(2), RangeDay.State.WAITING, Optional.empty()));
        answer(status(RangeState.RUNNING, OTHER, others), refusing(others));

        assertThatThrownBy(() -> run(RangeRequest.of(RANGE)))
                .isInstanceOf(TransportException.class)
                .hasMessage("range trades/2024-01-02..2024-01-04: a request for other days of it was refused");
    }

    @Test
    void theEndOfOtherDaysOfTheSameRangeIsNotTheEndOfThoseAskedFor() throws Exception {
        List<RangeDay> others = List.of(
                new RangeDay(FIRST, RangeDay.State.PUBLISHED, Optional.empty()),
                new RangeDay(FIRST.plusDays(2), RangeDay.State.PUBLISHED, Optional.empty()));
        answer(
                status(RangeState.DONE, OTHER, List.of(), others),
                status(RangeState.DONE, ASKED, List.of(), days(RangeDay.State.PUBLISHED)));

        RangeRunner.Ended ended = run(RangeRequest.of(RANGE));

        assertThat(ended.range().openedAt()).isEqualTo(ASKED);
    }

    private RangeRunner.Ended run(RangeRequest request) throws Exception {
        return new RangeRunner(transport, InstantSource.system(), Optional::empty).run(request, new NoView());
    }

    /** A fleet that answers a request with these messages. */
    private void answer(Message... answers) {
        transport.process("planner", Set.of(Topic.PLAN_REQUESTS), false, new LogHandler() {
            @Override
            public Iterable<Outgoing> handle(Incoming record, boolean replaying) {
                return Stream.of(answers).map(Outbox::record).toList();
            }

            @Override
            public void forget(Topic topic, int partition) {}
        });
    }

    private static List<RangeDay> days(RangeDay.State state) {
        return RANGE.days().stream()
                .map(date -> new RangeDay(date, state, Optional.empty()))
                .toList();
    }

    private static RangeStatus status(RangeState state, Instant openedAt, List<RangeDay> days) {
        return status(state, openedAt, List.of("bars"), days);
    }

    private static RangeStatus status(
            RangeState state, Instant openedAt, List<String> aggregating, List<RangeDay> days) {
        return status(state, openedAt, aggregating, days, Optional.empty());
    }

    private static RangeStatus refusing(List<RangeDay> days) {
        return status(RangeState.RUNNING, OTHER, List.of(), days, Optional.of(RANGE.days()));
    }

    private static RangeStatus status(
            RangeState state,
            Instant openedAt,
            List<String> aggregating,
            List<RangeDay> days,
            Optional<List<LocalDate>> refusedDates) {
        return Statuses.of(RANGE, state, openedAt)
                .days(days)
                .note(refusedDates.map(dates -> "a request for other days of it was refused"))
                .aggregating(state == RangeState.DONE ? Optional.of(aggregating) : Optional.empty())
                .refusedDates(refusedDates)
                .build();
    }

    private static AggregateStatus aggregate(Instant askedAt, AggregateStatus.State state) {
        return new AggregateStatus(RANGE, "bars", state, 3, 0, 9, Optional.empty(), Optional.empty(), askedAt);
    }

    private static DayStatus published(int day) {
        return Statuses.of(new Day("trades", FIRST.plusDays(day)), DayState.PUBLISHED, Instant.EPOCH)
                .chunksDone(1)
                .chunks(1)
                .batchesDone(1)
                .batches(1)
                .rows(1)
                .routed(1)
                .plan(PLAN)
                .build();
    }

    private static final class NoView implements ProgressView {
        @Override
        public void show(Collection<DayProgress> days) {}

        @Override
        public void note(String line) {}

        @Override
        public void close() {}
    }
}
