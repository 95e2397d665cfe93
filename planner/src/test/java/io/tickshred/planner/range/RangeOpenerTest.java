package io.tickshred.planner.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.config.DatasetFile;
import io.tickshred.config.Datasets;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.Day;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.RangeDay;
import io.tickshred.model.RangeId;
import io.tickshred.model.RangeState;
import io.tickshred.model.WeekendRule;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.store.ObjectStore;
import io.tickshred.testkit.MemoryObjectStore;
import io.tickshred.testkit.Statuses;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is looked up for a range before its ledger hears of it. */
class RangeOpenerTest {
    /** A Friday. */
    private static final LocalDate FIRST = LocalDate.of(2024, 1, 5);

    private static final RangeId RANGE = new RangeId("equity", FIRST, FIRST.plusDays(4));
    private static final Instant NOW = Instant.parse("2024-02-01T00:00:00Z");

    private final MemoryObjectStore output = new MemoryObjectStore();
    private final MemoryObjectStore calendars = new MemoryObjectStore();

    private RangeOpened open(RangeRequest request, String calendar) throws Exception {
        return opener(calendar).open(request, NOW);
    }

    private RangeOpener opener(String calendar) throws Exception {
        Datasets datasets = Datasets.of(List.of(DatasetFile.parse(
                "equity",
                "name: equity\ninput: s3://market\noutput: s3://published\n" + calendar
                        + "tables:\n  - name: trades\nmetrics:\n  - trades-bars\n")));
        java.util.function.Function<String, ObjectStore> stores =
                location -> location.equals("s3://calendars/xnys") ? calendars : output;
        return new RangeOpener(datasets, new PublishedDays(stores), stores);
    }

    private void publish(int day) {
        output.put(ObjectKeys.manifest(new Day("equity", FIRST.plusDays(day))), "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void weekendsHolidaysAndPublishedDaysAreKnownBeforeTheRangeBegins() throws Exception {
        calendars.put("2024.txt", "2024-01-08 Coming of Age Day\n".getBytes(StandardCharsets.UTF_8));
        publish(0);
        publish(1);

        RangeOpened opened =
                open(RangeRequest.of(RANGE), "calendar:\n  weekends: skip\n  holidays: s3://calendars/xnys/2024.txt\n");

        assertThat(opened.refused()).isEmpty();
        assertThat(opened.weekends()).isEqualTo(WeekendRule.SKIP);
        assertThat(opened.known())
                .containsExactlyInAnyOrder(
                        RangeDay.of(FIRST, RangeDay.State.PUBLISHED, "already published"),
                        RangeDay.of(FIRST.plusDays(1), RangeDay.State.SKIPPED, "weekend"),
                        RangeDay.of(FIRST.plusDays(2), RangeDay.State.SKIPPED, "weekend"),
                        RangeDay.of(FIRST.plusDays(3), RangeDay.State.SKIPPED, "Coming of Age Day"));
    }

    @Test
    void byForcePublishedDaysAreRunAgainAndTheRequestsRulesComeBeforeTheDatasets() throws Exception {
        publish(0);
        RangeRequest request = RangeRequest.builder()
                .dataset("equity")
                .from(FIRST)
                .to(FIRST.plusDays(4))
                .dates(List.of())
                .force(true)
                .tables(List.of())
                .weekends(WeekendRule.RUN)
                .holidays(List.of(FIRST.plusDays(4)))
                .build();

        RangeOpened opened = open(request, "calendar:\n  weekends: skip\n  holidays: s3://calendars/xnys/none.txt\n");

        assertThat(opened.weekends()).isEqualTo(WeekendRule.RUN);
        assertThat(opened.known()).containsExactly(RangeDay.of(FIRST.plusDays(4), RangeDay.State.SKIPPED, "holiday"));
    }

    @Test
    void aggregatingLeavesOutWhatTheRangeLeftOutUnlessItIsPublishedSince() throws Exception {
        publish(0);
        publish(4);
        RangeDay empty = RangeDay.of(FIRST.plusDays(3), RangeDay.State.SKIPPED, "no objects");
        RangeStatus last = ranWith(RangeDay.of(FIRST, RangeDay.State.SKIPPED, "no objects"), empty);

        AggregateTask task = opener("calendar:\n  weekends: skip\n")
                .aggregate(aggregate(Optional.empty()), Optional.of(last), NOW)
                .get(0);

        assertThat(task.days()).containsExactly(FIRST, FIRST.plusDays(4));
        assertThat(task.skipped())
                .containsExactly(
                        RangeDay.of(FIRST.plusDays(1), RangeDay.State.SKIPPED, "weekend"),
                        RangeDay.of(FIRST.plusDays(2), RangeDay.State.SKIPPED, "weekend"),
                        empty);
    }

    @Test
    void aCalendarGivenWithTheRequestToAggregateComesBeforeThatOfTheRange() throws Exception {
        RangeStatus last = ranWith(
                RangeDay.of(FIRST, RangeDay.State.SKIPPED, "holiday"),
                RangeDay.of(FIRST.plusDays(3), RangeDay.State.SKIPPED, "no objects"));
        output.put("trades/date=2024-01-05/mic=XNAS/part-0.parquet", new byte[1]);

        AggregateTask task = opener("calendar:\n  weekends: skip\n")
                .aggregate(aggregate(Optional.of(List.of(FIRST.plusDays(4)))), Optional.of(last), NOW)
                .get(0);

        assertThat(task.days()).containsExactly(FIRST);
        assertThat(task.skipped())
                .extracting(day -> day.date() + " " + day.reason().orElse(""))
                .containsExactly(
                        "2024-01-06 weekend", "2024-01-07 weekend", "2024-01-08 no objects", "2024-01-09 holiday");
    }

    @Test
    void aMetricThatTheDatasetDoesNotHaveSaysWhereToAddIt() throws Exception {
        AggregateRequest bars = new AggregateRequest(
                "equity", FIRST, FIRST, List.of("bars"), false, Optional.empty(), Optional.empty(), Optional.empty());

        assertThatThrownBy(() -> opener("").aggregate(bars, Optional.empty(), NOW))
                .hasMessageEndingWith("; correct the request, or add it to `metrics:` in the dataset's file");
    }

    private static AggregateRequest aggregate(Optional<List<LocalDate>> holidays) {
        return new AggregateRequest(
                "equity", FIRST, FIRST.plusDays(4), List.of(), false, Optional.empty(), holidays, Optional.empty());
    }

    private static RangeStatus ranWith(RangeDay... days) {
        return Statuses.of(RANGE, RangeState.DONE, NOW)
                .skipped(days.length)
                .days(List.of(days))
                .build();
    }

    @Test
    void whatKeepsARangeFromBeingOpenedIsOneLine() throws Exception {
        calendars.put("bad.txt", "2024-01-08\nsoon\n".getBytes(StandardCharsets.UTF_8));

        assertThat(reason(open(RangeRequest.of(RANGE), "calendar:\n  holidays: s3://calendars/xnys/bad.txt\n")))
                .isEqualTo(
                        "s3://calendars/xnys/bad.txt:2: not a date: 'soon' in 'soon'; write dates such as 2024-12-25");
        assertThat(reason(open(RangeRequest.of(RANGE), "calendar:\n  holidays: s3://calendars/xnys/none.txt\n")))
                .contains("the holiday file s3://calendars/xnys/none.txt of dataset equity cannot be read")
                .contains("correct calendar.holidays");
        assertThat(reason(open(RangeRequest.of(new RangeId("futures", FIRST, FIRST)), "")))
                .contains("there is no dataset futures; there are: equity");
    }

    private static String reason(RangeOpened opened) {
        return opened.refused().orElseThrow().reason();
    }
}
