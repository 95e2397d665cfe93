package io.tickshred.standalone.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.AggregateStatus;
import io.tickshred.message.DayStatus;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.FailedDayRule;
import io.tickshred.model.Failure;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.testkit.Statuses;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RangeSummaryTest {
    private static final Instant NOW = Instant.parse("2024-02-01T10:00:00Z");
    private static final RangeId RANGE = RangeId.parse("trades/2024-01-02..2024-01-03");
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 2);

    private static RangeStatus range(RangeState state, int published, int failed, RangeDay... days) {
        return Statuses.of(RANGE, state, NOW)
                .published(published)
                .failed(failed)
                .onFailedDay(FailedDayRule.CONTINUE)
                .days(List.of(days))
                .build();
    }

    @Test
    void aRangeThatPublishedNothingSaysSo() {
        RangeDay already = RangeDay.of(FIRST, RangeDay.State.PUBLISHED, "already published");
        RangeDay now = new RangeDay(FIRST.plusDays(1), RangeDay.State.PUBLISHED, Optional.empty());
        RangeDay alreadyToo = RangeDay.of(FIRST.plusDays(1), RangeDay.State.PUBLISHED, "already published");

        assertThat(RangeSummary.total(range(RangeState.DONE, 2, 0, already, alreadyToo)))
                .isEqualTo("range " + RANGE + " done: 0 published, 2 already published");
        assertThat(RangeSummary.total(range(RangeState.DONE, 2, 0, already, now)))
                .isEqualTo("range " + RANGE + " done: 1 published, 1 already published");
    }

    @Test
    void aDayThatWasPublishedAsSomethingElseCountsAsNeither() {
        RangeDay already = RangeDay.of(FIRST, RangeDay.State.PUBLISHED, "already published");
        RangeDay other = RangeDay.of(FIRST.plusDays(1), RangeDay.State.PUBLISHED, "already published");
        RangeStatus range = range(RangeState.DONE, 2, 0, already, other);

        assertThat(RangeSummary.lines(range, Map.of(), Map.of(FIRST.plusDays(1), "from elsewhere"), 0))
                .contains("range " + RANGE
                        + " done: 0 published, 1 already published, 1 published before as something else")
                .anySatisfy(line -> assertThat(line).matches("2024-01-02  published .*already published"))
                .anySatisfy(line -> assertThat(line).matches("2024-01-03  not run .*from elsewhere"));
    }

    @Test
    void anAggregateOverDaysThatWerePublishedAsSomethingElseShowsNoFigures() {
        AggregateStatus done = new AggregateStatus(
                RANGE,
                "bars",
                AggregateStatus.State.DONE,
                2,
                0,
                1234,
                Optional.of("/out/m.json"),
                Optional.empty(),
                NOW);

        assertThat(RangeSummary.aggregate(done, 0)).startsWith("metric bars: 1,234 rows of 2 days");
        assertThat(RangeSummary.aggregate(done, 1))
                .isEqualTo("metric bars: aggregated, but no result of this run: it takes in the 1 day that was"
                        + " published before as something else");
    }

    @Test
    void aDayThatIsPublishedHasNotTheReasonOfALaterRunThatFailed() {
        RangeDay already = RangeDay.of(FIRST, RangeDay.State.PUBLISHED, "already published");
        DayStatus failed = Statuses.of(new Day("trades", FIRST), DayState.FAILED, NOW)
                .plan(PlanId.create(NOW))
                .failure(new Failure("no such object", Optional.empty()))
                .build();

        assertThat(RangeSummary.lines(range(RangeState.DONE, 1, 0, already), Map.of(FIRST, failed), 0))
                .anySatisfy(line -> assertThat(line).matches("2024-01-02  published +- +- +already published"));
    }

    @Test
    void aReasonThatTheDaysOwnLineHasSaidInFullIsShortInTheTable() {
        String reason = "object trades/part-0.parquet of table trades cannot be read: " + "x".repeat(200);
        RangeDay day = RangeDay.of(FIRST, RangeDay.State.FAILED, reason);
        RangeStatus range = range(RangeState.FAILED, 0, 1, day);
        DayStatus failed = Statuses.of(new Day("trades", FIRST), DayState.FAILED, NOW)
                .plan(PlanId.create(NOW))
                .failure(new Failure(reason, Optional.empty()))
                .build();

        assertThat(RangeSummary.lines(range, Map.of(FIRST, failed), 0)).anySatisfy(line -> assertThat(line)
                .startsWith("2024-01-02  failed")
                .contains("object trades/part-0.parquet")
                .endsWith("…"));
        assertThat(RangeSummary.lines(range, Map.of(), 0))
                .anySatisfy(line -> assertThat(line).endsWith(reason));
    }

    @Test
    void noLineIsWiderThanTheTerminalAndNoReasonIsLost() {
        String reason = "object trades/date=2024-01-02/mic=XNAS/part-0.parquet cannot be read: it does not end in PAR1";
        RangeStatus range = range(
                RangeState.FAILED,
                0,
                1,
                RangeDay.of(FIRST, RangeDay.State.FAILED, reason),
                RangeDay.of(FIRST.plusDays(1), RangeDay.State.SKIPPED, "weekend"));

        List<String> lines = RangeSummary.lines(range, Map.of(), 80);
        List<String> total = RangeSummary.total(range, 80);

        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(String.join(" ", lines).replaceAll(" +", " ")).contains(reason, "weekend");
        assertThat(lines).endsWith(total.toArray(String[]::new));
        assertThat(total).hasSizeGreaterThan(1);
        assertThat(total.get(0)).startsWith("range trades/2024-01-02..2024-01-03 failed: ");
        assertThat(total.get(1)).startsWith("      ");
        assertThat(RangeSummary.total(range, 0)).containsExactly(RangeSummary.total(range));
    }
}
