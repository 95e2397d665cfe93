package io.tickshred.standalone.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.DayStatus;
import io.tickshred.message.DayStatusBuilder;
import io.tickshred.model.Day;
import io.tickshred.model.DayState;
import io.tickshred.model.Failure;
import io.tickshred.model.ModeChoice;
import io.tickshred.model.PlanId;
import io.tickshred.model.RunMode;
import io.tickshred.planner.tasks.TaskReport;
import io.tickshred.testkit.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Instant START = Instant.parse("2024-01-02T10:00:00Z");
    private static final Day DAY = new Day("trades", LocalDate.of(2024, 1, 2));

    private static final PlanId PLAN = PlanId.create(START);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final DayProgress progress = new DayProgress(DAY, START);
    private Instant now = START;

    @Test
    void plainLinesComeWithEachChangeOfStateAndEveryFiveSeconds() {
        PlainView view = new PlainView(out, Duration.ofSeconds(5), () -> now);

        view.show(List.of(progress));
        at(2, status(DayState.SHREDDING, 0, 0));
        view.show(List.of(progress));
        at(4, status(DayState.SHREDDING, 10, 0));
        view.show(List.of(progress));
        at(7, status(DayState.SHREDDING, 20, 0));
        view.show(List.of(progress));
        at(12, status(DayState.FINALIZING, 40, 0));
        view.show(List.of(progress));
        at(14, status(DayState.PUBLISHED, 40, 8));
        view.show(List.of(progress));
        view.show(List.of(progress));

        assertThat(lines())
                .containsExactly(
                        "2024-01-02  planning    0.0 s",
                        "2024-01-02  shredding     0%  chunks 0/40  batches 0/8  0 B staged",
                        "2024-01-02  shredding    30%  chunks 20/40  batches 0/8  200,000 rows/s  20.0 MiB staged  about 12 s left",
                        "2024-01-02  finalizing   60%  chunks 40/40  batches 0/8  40.0 MiB staged  about 6.7 s left",
                        "2024-01-02  published   2,000,000 rows  8 batches  in 14 s  142,857 rows/s");
    }

    @Test
    void aDayThatWasPublishedBeforeClaimsNoSpeed() {
        PlainView view = new PlainView(out, Duration.ofSeconds(5), () -> now);

        at(1, status(DayState.PUBLISHED, 40, 8));
        view.show(List.of(progress));

        assertThat(lines()).containsExactly("2024-01-02  published   2,000,000 rows  8 batches  before");
    }

    /** It was watched while it failed, but what is published was made before. */
    @Test
    void aDayThatIsPublishedBeforeAFailedRunClaimsNoSpeed() {
        PlainView view = new PlainView(out, Duration.ofSeconds(5), () -> now);
        PlanId failed = PlanId.create(START.plusSeconds(1));

        at(
                1,
                DayStatusBuilder.from(status(DayState.SHREDDING, 0, 0))
                        .plan(failed)
                        .build());
        at(2, DayStatusBuilder.from(status(DayState.FAILED, 0, 0)).plan(failed).build());
        at(
                3,
                DayStatusBuilder.from(status(DayState.PUBLISHED, 40, 8))
                        .overrules(failed)
                        .build());
        view.show(List.of(progress));

        assertThat(lines()).containsExactly("2024-01-02  published   2,000,000 rows  8 batches  before");
    }

    @Test
    void aFailedDaySaysBelowItsRowWhyAndWhatStands() {
        DayStatus failed = Statuses.of(DAY, DayState.FAILED, START)
                .plan(PLAN)
                .failure(new Failure("is no Parquet file", Optional.of("mic=A/x.parquet")))
                .build()
                .over(PLAN, "s3://out/manifest.json");

        assertThat(StatusTable.history(List.of(failed), 0))
                .contains(
                        "    mic=A/x.parquet: is no Parquet file",
                        "    what plan " + PLAN + " published of the day still stands: s3://out/manifest.json");
    }

    @Test
    void aFailedDaySaysWhy() {
        PlainView view = new PlainView(out, Duration.ofSeconds(5), () -> now);
        DayStatus failed = Statuses.of(DAY, DayState.FAILED, START)
                .failure(new Failure("is no Parquet file", Optional.of("mic=A/x.parquet")))
                .build();

        at(1, failed);
        view.show(List.of(progress));

        assertThat(lines()).containsExactly("2024-01-02  failed      mic=A/x.parquet: is no Parquet file");
    }

    @Test
    void aTerminalIsDrawnOverInPlaceAndEndedDaysStayAboveTheRegion() {
        TerminalView view = new TerminalView(out, 60, () -> now);

        at(2, status(DayState.SHREDDING, 20, 0));
        view.show(List.of(progress));
        view.show(List.of(progress));
        at(9, status(DayState.PUBLISHED, 40, 8));
        view.show(List.of(progress));
        view.close();

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("\033[2K2024-01-02  shredding   [###.......]   30%  chunks 20/40\n"
                        + "\033[1A\r\033[0J"
                        + "\033[2K2024-01-02  published   2,000,000 rows  8 batches  in 9.0 s  222,222 rows/s\n");
    }

    @Test
    void aLineOfEightyColumnsKeepsSpeedAndTimeLeftAndLeavesOutTheBar() {
        at(2, status(DayState.SHREDDING, 0, 0));
        at(7, status(DayState.SHREDDING, 20, 0));
        String narrow = ProgressText.bar(progress, now, 80);
        String wide = ProgressText.bar(progress, now, 120);

        assertThat(narrow)
                .isEqualTo("2024-01-02  shredding    30%  chunks 20/40  200,000 rows/s  about 12 s left")
                .hasSizeLessThanOrEqualTo(80);
        assertThat(wide)
                .isEqualTo("2024-01-02  shredding   [###.......]   30%  chunks 20/40  batches 0/8  200,000 rows/s"
                        + "  20.0 MiB staged  about 12 s left")
                .hasSizeLessThanOrEqualTo(120);
    }

    @Test
    void speedAndTimeLeftOfADayThatWasJoinedInTheMiddleAreThoseSinceThen() {
        at(100, status(DayState.SHREDDING, 20, 0));

        assertThat(progress.rowsPerSecond(now)).isEmpty();
        assertThat(progress.timeLeft(now)).isEmpty();

        at(110, status(DayState.SHREDDING, 22, 0));

        assertThat(progress.rowsPerSecond(now)).hasValue(10_000);
        assertThat(progress.timeLeft(now))
                .hasValueSatisfying(left -> assertThat(left.toSeconds()).isBetween(220L, 230L));
    }

    @Test
    void reasonsStandBelowTheirRowsOverTheWholeWidthAndInOneLineWhereNobodyLooks() {
        TextTable table = TextTable.of("date", "state")
                .row("2024-01-02", "failed")
                .below("the object trades/part-7.parquet is no Parquet file: replace it and run the day again")
                .row("2024-01-03", "published");

        assertThat(table.lines(40))
                .containsExactly(
                        "date        state",
                        "----------  ---------",
                        "2024-01-02  failed",
                        "    the object trades/part-7.parquet is",
                        "    no Parquet file: replace it and run",
                        "    the day again",
                        "2024-01-03  published");
        assertThat(table.lines())
                .contains("    the object trades/part-7.parquet is no Parquet file: replace it and run the day again");
        assertThat(table.lines(12)).contains("2024-01-02 …");
    }

    @Test
    void aWatchedTableShowsRunningDaysFirstAndIsNoHigherThanTheTerminal() {
        at(7, status(DayState.SHREDDING, 20, 0));
        List<DayProgress> days = new java.util.ArrayList<>();
        for (int i = 0; i < 30; i++) {
            days.add(ended(LocalDate.of(2024, 3, 1).plusDays(i)));
        }
        days.add(progress);
        WatchScreen screen = new WatchScreen(out, 80, 24);

        List<String> lines = screen.lines(days, List.of("chunks   20 waiting"), Optional.empty(), now);

        assertThat(lines).hasSizeLessThanOrEqualTo(23).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(80));
        assertThat(lines.get(0)).contains("1 running, 30 published, 0 failed");
        assertThat(lines.get(4)).startsWith("trades   2024-01-02  shredding  ####............  30%");
        assertThat(lines.get(5)).contains("2024-03-30");
        assertThat(lines.get(lines.size() - 1)).startsWith("… and more");
    }

    private static DayProgress ended(LocalDate date) {
        Day day = new Day("trades", date);
        DayProgress ended = new DayProgress(day, START);
        DayStatus published = status(DayState.PUBLISHED, 40, 8);
        ended.observe(
                Statuses.of(day, DayState.PUBLISHED, START.plusSeconds(9))
                        .chunksDone(40)
                        .chunks(40)
                        .batchesDone(8)
                        .batches(8)
                        .rows(100)
                        .routed(100)
                        .plan(published.plan())
                        .build(),
                START);
        return ended;
    }

    @Test
    void aNaiveDayIsShownByItsBatches() {
        PlainView view = new PlainView(out, Duration.ofSeconds(5), () -> now);
        TaskReport.Stage none =
                new TaskReport.Stage(0, 0, 0, Optional.empty(), Optional.empty(), 1, List.of(), List.of());
        TaskReport.Stage batches = new TaskReport.Stage(
                8, 8, 0, Optional.of(START.plusSeconds(3)), Optional.of(START.plusSeconds(6)), 1, List.of(), List.of());
        TaskReport report = new TaskReport(
                PLAN,
                Optional.empty(),
                Optional.of(START.plusSeconds(2)),
                Optional.of(START.plusSeconds(6)),
                none,
                batches,
                List.of(),
                List.of(),
                List.of(),
                List.of());

        at(2, naive(DayState.FINALIZING, 0));
        view.show(List.of(progress));
        at(7, naive(DayState.FINALIZING, 4));
        view.show(List.of(progress));
        List<String> day = DayText.lines(naive(DayState.PUBLISHED, 8), Optional.of(report), 5, 0);

        assertThat(lines())
                .containsExactly(
                        "2024-01-02  finalizing    0%  batches 0/8",
                        "2024-01-02  finalizing   50%  batches 4/8  200,000 rows/s  about 5.0 s left");
        assertThat(day)
                .contains("tasks     8 of 8 batches", "mode      naive, reads the day 1.20 times")
                .noneMatch(line -> line.contains("chunk") || line.contains("staged"))
                .anyMatch(line -> line.endsWith("planned: 8 batches, read straight from the sources"));
        assertThat(StatusTable.now(List.of(naive(DayState.FINALIZING, 4)), 0))
                .contains("    ran naive, reads the day 1.20 times");
        assertThat(StatusTable.took(naive(DayState.PUBLISHED, 8))).contains(Duration.ofSeconds(8));
    }

    @Test
    void aDayWhoseTasksAreAllDoneHasNoTimeLeft() {
        at(2, status(DayState.SHREDDING, 0, 0));
        at(12, status(DayState.FINALIZING, 40, 8));

        assertThat(ProgressText.plain(progress, now)).contains("100%").doesNotContain("left");
    }

    @Test
    void aDayOfOneChunkAndOneBatchSaysSoInTheSingular() {
        TaskReport.Stage one = new TaskReport.Stage(
                1, 1, 0, Optional.of(START.plusSeconds(3)), Optional.of(START.plusSeconds(6)), 1, List.of(), List.of());
        TaskReport report = new TaskReport(
                PLAN,
                Optional.empty(),
                Optional.of(START.plusSeconds(2)),
                Optional.of(START.plusSeconds(6)),
                one,
                one,
                List.of(),
                List.of(),
                List.of(),
                List.of());

        List<String> lines = DayText.lines(status(DayState.PUBLISHED, 1, 1), Optional.of(report), 5, 0);

        assertThat(lines)
                .anyMatch(line -> line.endsWith("the only chunk staged"))
                .noneMatch(line -> line.contains("all 1"));
    }

    private static DayStatus naive(DayState state, int batches) {
        return Statuses.of(DAY, state, START.plusSeconds(8))
                .batchesDone(batches)
                .batches(8)
                .rows(2_000_000)
                .routed(batches * 250_000L)
                .plan(PLAN)
                .mode(new ModeChoice(RunMode.NAIVE, Optional.of(1.2), "reads the day 1.20 times"))
                .build();
    }

    @Test
    void timesAndNumbersReadTheSameInEveryLocale() {
        assertThat(Figures.time(Duration.ofMillis(449))).isEqualTo("0.4 s");
        assertThat(Figures.time(Duration.ofMillis(59_499))).isEqualTo("59 s");
        assertThat(Figures.time(Duration.ofMillis(59_500))).isEqualTo("1 min 00 s");
        assertThat(Figures.time(Duration.ofSeconds(185))).isEqualTo("3 min 05 s");
        assertThat(Figures.time(Duration.ofMinutes(127))).isEqualTo("2 h 07 min");
        assertThat(Figures.grouped(-1_234_567)).isEqualTo("-1,234,567");
        assertThat(Figures.count(1, "day", "days")).isEqualTo("1 day");
        assertThat(Figures.count(1_000, "day", "days")).isEqualTo("1,000 days");
    }

    @Test
    void aTableIsAlignedWithNumbersAtTheRight() {
        TextTable table = TextTable.of(">batch", "object", ">rows")
                .row(0, "a", 1_234_567L)
                .row(10, "bcd", 5L);

        assertThat(table.lines())
                .containsExactly(
                        "batch  object       rows", //
                        "-----  ------  ---------",
                        "    0  a       1,234,567",
                        "   10  bcd             5");
    }

    private void at(int seconds, DayStatus status) {
        now = START.plusSeconds(seconds);
        progress.observe(status, now);
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static DayStatus status(DayState state, int chunks, int batches) {
        return Statuses.of(DAY, state, START)
                .chunksDone(chunks)
                .chunks(40)
                .batchesDone(batches)
                .batches(8)
                .rows(2_000_000)
                .routed(chunks * 50_000L)
                .stagedBytes(chunks * (1L << 20))
                .plan(PLAN)
                .build();
    }
}
