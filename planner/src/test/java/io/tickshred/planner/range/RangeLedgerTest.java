package io.tickshred.planner.range;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.AggregateTask;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeRequestBuilder;
import io.tickshred.message.RangeStatus;
import io.tickshred.message.RangeStop;
import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.model.WeekendRule;
import io.tickshred.planner.range.RangeSimulation.Fate;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RangeLedgerTest {
    /** A Monday. */
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 1);

    @Property(tries = 100)
    void everyDayIsAskedForOnceInOrderAndEndsAsItsPlanDidWhateverTheOrderRepeatsAndRestarts(
            @ForAll @IntRange(min = 1, max = 25) int days,
            @ForAll @IntRange(min = 1, max = 5) int atOnce,
            @ForAll long seed) {
        Fate[] fates = new Random(seed)
                .ints(days, 0, Fate.values().length)
                .mapToObj(i -> Fate.values()[i])
                .toArray(Fate[]::new);
        RangeSimulation fleet = new RangeSimulation(seed, date -> fates[(int) ChronoUnit.DAYS.between(FIRST, date)]);

        fleet.say(open(days, atOnce, FailedDayRule.CONTINUE, EmptyDayRule.SKIP));
        fleet.run();

        assertThat(fleet.asked).extracting(PlanRequest::date).containsExactlyElementsOf(dates(days));
        assertThat(fleet.mostInFlight).isEqualTo(Math.min(days, atOnce));
        assertThat(fleet.nothingIsOpen()).isTrue();
        RangeStatus last = fleet.last();
        assertThat(last.days())
                .extracting(RangeDay::state)
                .containsExactlyElementsOf(Stream.of(fates)
                        .map(fate -> switch (fate) {
                            case PUBLISHED, BEFORE, OTHERS, REPLACED -> RangeDay.State.PUBLISHED;
                            case FAILED, UNPLANNED -> RangeDay.State.FAILED;
                            case EMPTY -> RangeDay.State.SKIPPED;
                        })
                        .toList());
        assertThat(last.state()).isEqualTo(last.failed() > 0 ? RangeState.FAILED : RangeState.DONE);
        assertThat(last.published() + last.failed() + last.skipped()).isEqualTo(days);
        assertThat(fleet.statuses.stream().filter(status -> status.state().ended()))
                .hasSize(1);
    }

    @Property(tries = 50)
    void afterAFailedDayNoFurtherOneBeginsAndThoseInProgressGoOnToTheirEnd(
            @ForAll @IntRange(min = 2, max = 20) int days,
            @ForAll @IntRange(min = 1, max = 4) int atOnce,
            @ForAll @IntRange(max = 19) int bad,
            @ForAll long seed) {
        LocalDate failing = FIRST.plusDays(bad % days);
        RangeSimulation fleet = new RangeSimulation(seed, date -> date.equals(failing) ? Fate.FAILED : Fate.PUBLISHED);

        fleet.say(open(days, atOnce, FailedDayRule.STOP, EmptyDayRule.FAIL));
        fleet.run();

        RangeStatus last = fleet.last();
        assertThat(last.state()).isEqualTo(RangeState.FAILED);
        assertThat(last.failed()).isEqualTo(1);
        assertThat(last.running()).isZero();
        assertThat(last.published() + last.failed()).isEqualTo(fleet.asked.size());
        assertThat(fleet.asked.size()).isGreaterThan(bad % days);
        assertThat(fleet.statuses.stream()
                        .filter(status -> status.failed() > 0)
                        .map(RangeStatus::waiting)
                        .distinct())
                .as("days not begun, from the failure on")
                .containsExactly(last.waiting());
        assertThat(last.waiting()).isEqualTo(days - fleet.asked.size());
    }

    @Test
    void knownDaysAreNeverAskedForAndARangeOfNothingElseEndsAtOnce() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        List<RangeDay> known = List.of(
                RangeDay.of(FIRST, RangeDay.State.SKIPPED, "New Year's Day"),
                RangeDay.of(FIRST.plusDays(1), RangeDay.State.PUBLISHED, "already published"));
        RangeRequest request = RangeRequest.of(new RangeId("equity", FIRST, FIRST.plusDays(1)));

        fleet.say(new RangeOpened(
                request, WeekendRule.AUTO, known, Optional.empty(), Optional.empty(), RangeSimulation.NOW));

        assertThat(fleet.asked).isEmpty();
        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
        assertThat(fleet.last().days()).isEqualTo(known);
        assertThat(fleet.nothingIsOpen()).isTrue();
    }

    @Test
    void onlyWeekendsMayBeEmptyWithoutARuleForEmptyDays() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);

        fleet.say(open(7, 7, FailedDayRule.STOP, EmptyDayRule.FAIL));

        assertThat(fleet.asked)
                .extracting(request -> request.range().orElseThrow().skipEmpty())
                .containsExactly(false, false, false, false, false, true, true);
    }

    @Test
    void theSameRangeInProgressIsNotRunTwiceAndSaysSo() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        fleet.say(open(3, 1, FailedDayRule.STOP, EmptyDayRule.FAIL));

        fleet.say(open(3, 1, FailedDayRule.STOP, EmptyDayRule.FAIL));

        assertThat(fleet.asked).hasSize(1);
        assertThat(fleet.last().note().orElseThrow())
                .contains("asked for again")
                .contains("not run twice");
        fleet.run();
        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
        assertThat(fleet.asked).hasSize(3);
    }

    @Test
    void aRangeThatIsToldToStopFinishesWhatItBeganAndMayBeAskedForAgain() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        RangeOpened opened = open(5, 2, FailedDayRule.STOP, EmptyDayRule.FAIL);
        fleet.say(opened);

        fleet.say(new RangeStop(opened.range()));

        assertThat(fleet.last().state()).isEqualTo(RangeState.STOPPING);
        fleet.run();
        assertThat(fleet.last().state()).isEqualTo(RangeState.STOPPED);
        assertThat(fleet.last().waiting()).isEqualTo(3);

        fleet.say(open(5, 2, FailedDayRule.STOP, EmptyDayRule.FAIL));
        fleet.run();
        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
    }

    @Test
    void aRefusedRangeSaysWhyAndLeavesOneInProgressAlone() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        RangeRequest request = open(2, 1, FailedDayRule.STOP, EmptyDayRule.FAIL).request();
        RangeOpened refused = new RangeOpened(
                request,
                WeekendRule.AUTO,
                List.of(),
                Optional.of(new Failure("nyse.txt:3: not a date", Optional.empty())),
                Optional.empty(),
                RangeSimulation.NOW);

        fleet.say(refused);

        assertThat(fleet.last().state()).isEqualTo(RangeState.FAILED);
        assertThat(fleet.last().failure().orElseThrow().reason()).isEqualTo("nyse.txt:3: not a date");
        assertThat(fleet.nothingIsOpen()).isTrue();

        fleet.say(open(2, 1, FailedDayRule.STOP, EmptyDayRule.FAIL));
        fleet.say(refused);
        assertThat(fleet.last().state()).isEqualTo(RangeState.RUNNING);
        assertThat(fleet.last().note().orElseThrow()).contains("nyse.txt:3: not a date");
    }

    @Test
    void overlappingRangesShareTheDaysThatAreInProgress() {
        RangeSimulation fleet = new RangeSimulation(7, date -> Fate.PUBLISHED);

        fleet.say(open(3, 3, FailedDayRule.STOP, EmptyDayRule.FAIL));
        fleet.say(open(4, 4, FailedDayRule.STOP, EmptyDayRule.FAIL));
        fleet.run();

        assertThat(fleet.statuses.stream().filter(status -> status.state() == RangeState.DONE))
                .hasSize(2);
        assertThat(fleet.nothingIsOpen()).isTrue();
    }

    @Test
    void atTheEndEachMetricIsAggregatedOverTheDaysThatAreThere() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        RangeDay holiday = RangeDay.of(FIRST, RangeDay.State.SKIPPED, "holiday");

        fleet.say(withMetrics(open(3, 1, FailedDayRule.STOP, EmptyDayRule.FAIL), MissingDayRule.FAIL, holiday));
        fleet.run();

        assertThat(fleet.aggregates).extracting(AggregateTask::metric).containsExactly("bars", "spread");
        AggregateTask task = fleet.aggregates.get(0);
        assertThat(task.days()).containsExactly(FIRST.plusDays(1), FIRST.plusDays(2));
        assertThat(task.skipped()).containsExactly(holiday);
        assertThat(task.missing()).isEmpty();
        assertThat(fleet.last().aggregating()).contains(List.of("bars", "spread"));
    }

    @Test
    void afterAFailedDayMetricsAreNotAggregatedAndTheStatusSaysSoUnlessMissingDaysAreListed() {
        RangeOpened opened = open(3, 1, FailedDayRule.CONTINUE, EmptyDayRule.FAIL);
        RangeSimulation refusing = new RangeSimulation(1, date -> date.equals(FIRST) ? Fate.FAILED : Fate.PUBLISHED);
        RangeSimulation listing = new RangeSimulation(1, date -> date.equals(FIRST) ? Fate.FAILED : Fate.PUBLISHED);

        refusing.say(withMetrics(opened, MissingDayRule.FAIL));
        refusing.run();
        listing.say(withMetrics(opened, MissingDayRule.LIST));
        listing.run();

        assertThat(refusing.aggregates).isEmpty();
        assertThat(refusing.last().aggregating()).isEmpty();
        assertThat(refusing.last().note()).contains("metrics are not aggregated, because not every day is there");
        assertThat(listing.aggregates).hasSize(2);
        assertThat(listing.aggregates.get(0).days()).hasSize(2);
        assertThat(listing.aggregates.get(0).missing())
                .containsExactly(RangeDay.of(FIRST, RangeDay.State.FAILED, "x.parquet: broken"));
    }

    @Test
    void daysNamedOneByOneAreNotAggregatedUnderTheNameOfTheWholeRange() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);

        fleet.say(withMetrics(named(FIRST, FIRST.plusDays(29)), MissingDayRule.LIST));
        fleet.run();

        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
        assertThat(fleet.aggregates).isEmpty();
        assertThat(fleet.last().aggregating()).isEmpty();
        assertThat(fleet.last().note()).hasValueSatisfying(note -> assertThat(note)
                .startsWith("metrics are not aggregated, because there are days between those asked for")
                .contains("./tickshred aggregate"));
    }

    @Test
    void allDaysNamedOneByOneAreTheRange() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);

        fleet.say(withMetrics(named(FIRST, FIRST.plusDays(1)), MissingDayRule.FAIL));
        fleet.run();

        assertThat(fleet.aggregates).hasSize(2);
    }

    @Test
    void aRequestForOtherDaysOfARangeInProgressIsRefusedAndNotJoined() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        fleet.say(named(FIRST, FIRST.plusDays(3)));

        fleet.say(open(4, 1, FailedDayRule.STOP, EmptyDayRule.FAIL));

        assertThat(fleet.last().refusedDates()).contains(dates(4));
        assertThat(fleet.last().note().orElseThrow())
                .contains("a request for other days of it was refused")
                .contains("2024-01-01, 2024-01-04");
        fleet.run();
        assertThat(fleet.asked).extracting(PlanRequest::date).containsExactly(FIRST, FIRST.plusDays(3));
        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
    }

    @Test
    void aRangeOfDaysLeftOutAloneSaysThatNoDayWasRun() {
        RangeSimulation fleet = new RangeSimulation(1, date -> Fate.PUBLISHED);
        RangeDay holiday = RangeDay.of(FIRST, RangeDay.State.SKIPPED, "holiday");

        fleet.say(withMetrics(open(1, 1, FailedDayRule.STOP, EmptyDayRule.FAIL), MissingDayRule.FAIL, holiday));

        assertThat(fleet.last().state()).isEqualTo(RangeState.DONE);
        assertThat(fleet.last().note()).contains("metrics are not aggregated, because no day was run");
    }

    private static RangeOpened named(LocalDate... dates) {
        RangeRequest request = RangeRequest.builder()
                .dataset("equity")
                .from(dates[0])
                .to(dates[dates.length - 1])
                .dates(List.of(dates))
                .force(false)
                .tables(List.of())
                .build();
        return new RangeOpened(
                request, WeekendRule.RUN, List.of(), Optional.empty(), Optional.empty(), RangeSimulation.NOW);
    }

    private static RangeOpened withMetrics(RangeOpened opened, MissingDayRule rule, RangeDay... known) {
        RangeRequest r = opened.request();
        RangeRequest request = RangeRequestBuilder.from(r).onMissingDay(rule).build();
        return new RangeOpened(
                request,
                opened.weekends(),
                List.of(known),
                Optional.empty(),
                Optional.of(List.of("bars", "spread")),
                opened.at());
    }

    @Test
    void theStatusAndTheAggregateOfTenYearsOfFailedDaysFitIntoAMessage() {
        RangeStatus status = RangeProgress.of(open(RangeId.MAX_DAYS, 1, FailedDayRule.CONTINUE, EmptyDayRule.FAIL))
                .status(RangeSimulation.NOW);
        RangeProgress failed = RangeProgress.of(withMetrics(
                open(RangeId.MAX_DAYS, 1, FailedDayRule.CONTINUE, EmptyDayRule.FAIL),
                MissingDayRule.LIST,
                status.days().stream()
                        .map(day -> day.date().equals(FIRST)
                                ? RangeDay.of(day.date(), RangeDay.State.PUBLISHED, "already published")
                                : RangeDay.of(day.date(), RangeDay.State.FAILED, "x".repeat(4000)))
                        .toArray(RangeDay[]::new)));
        assertThat(new MessageCodec().encode(failed.status(RangeSimulation.NOW)))
                .hasSizeLessThan(700_000);
        assertThat(failed.aggregates()).hasSize(2).allSatisfy(task -> assertThat(new MessageCodec().encode(task))
                .hasSizeLessThan(700_000));
    }

    private static RangeOpened open(int days, int atOnce, FailedDayRule onFailed, EmptyDayRule onEmpty) {
        RangeRequest request = RangeRequest.builder()
                .dataset("equity")
                .from(FIRST)
                .to(FIRST.plusDays(days - 1))
                .dates(List.of())
                .force(false)
                .tables(List.of())
                .maxDaysInFlight(atOnce)
                .onFailedDay(onFailed)
                .onEmptyDay(onEmpty)
                .build();
        return new RangeOpened(
                request, WeekendRule.AUTO, List.of(), Optional.empty(), Optional.empty(), RangeSimulation.NOW);
    }

    private static List<LocalDate> dates(int days) {
        return FIRST.datesUntil(FIRST.plusDays(days)).toList();
    }
}
