package io.tickshred.standalone.cli;

import io.tickshred.config.Datasets;
import io.tickshred.message.PlanRequest;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeRequestBuilder;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.EmptyDayRule;
import io.tickshred.model.PlanForecast;
import io.tickshred.model.RangeDay;
import io.tickshred.model.WeekendRule;
import io.tickshred.planner.discovery.DayObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanPreview;
import io.tickshred.planner.plan.PlanPreviews;
import io.tickshred.planner.plan.PlanRequests;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.planner.range.RangeOpener;
import io.tickshred.standalone.progress.Figures;
import io.tickshred.standalone.progress.PreviewText;
import io.tickshred.store.uri.ObjectStores;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Plans in this process the days that a range would run, by its calendar, and shows the plans. Every day is looked at,
 * whatever comes of the ones before it.
 */
final class DryRunDays {
    private final DatasetDefinition dataset;
    private final PlanPreviews previews;
    private final ObjectStores stores;
    private final PrintStream out;

    private int planned;
    private int failed;
    private long rows;
    private double dollars;

    DryRunDays(DatasetDefinition dataset, PlanPreviews previews, ObjectStores stores, PrintStream out) {
        this.dataset = dataset;
        this.previews = previews;
        this.stores = stores;
        this.out = out;
    }

    /** Shows one day. */
    void show(PlanRequest request) throws PlanException, InterruptedException {
        print(previews.of(request));
    }

    /**
     * Shows the days of a range, and a line for each that it would leave out or that cannot be planned.
     *
     * @return whether all others can be
     */
    boolean show(RangeRequest range) throws CommandException, InterruptedException {
        RangeOpened opened = new RangeOpener(
                        Datasets.of(List.of(dataset)), new PublishedDays(stores::open), stores::open)
                .open(nothingPublished() ? forced(range) : range, Instant.now());
        if (opened.refused().isPresent()) {
            throw new CommandException(opened.refused().get().toString());
        }
        Map<LocalDate, RangeDay> known = new HashMap<>();
        opened.known().forEach(day -> known.put(day.date(), day));
        for (LocalDate date : range.days()) {
            Optional<String> leftOut;
            try {
                leftOut = Optional.ofNullable(known.get(date)).flatMap(RangeDay::reason);
                if (leftOut.isEmpty() && mayBeEmpty(range, opened.weekends(), date) && isEmpty(range, date)) {
                    leftOut = Optional.of("no objects");
                }
                if (leftOut.isPresent()) {
                    out.println(dataset.name() + "/" + date + ": would not be run: " + leftOut.get());
                } else {
                    show(PlanRequest.of(dataset.name(), date, range.force(), range.tables(), List.of())
                            .in(range.mode()));
                }
            } catch (PlanException e) {
                failed++;
                out.println(dataset.name() + "/" + date + ": cannot be planned: " + e.getMessage());
            }
            out.println();
        }
        out.println(String.format(
                Locale.ROOT,
                "%d of %d days would be run, with %s rows and requests for about %.4f dollars%s",
                planned,
                range.days().size(),
                Figures.grouped(rows),
                dollars,
                failed == 0 ? "" : "; " + failed + " cannot be planned"));
        return failed == 0;
    }

    /**
     * A run makes the directory that it publishes to; a dry run does not, and need not look what is published there.
     */
    private boolean nothingPublished() {
        return !dataset.output().contains("://") && !Files.isDirectory(Path.of(dataset.output()));
    }

    private static RangeRequest forced(RangeRequest range) {
        return RangeRequestBuilder.from(range).force(true).build();
    }

    private static boolean mayBeEmpty(RangeRequest range, WeekendRule weekends, LocalDate date) {
        boolean weekend = date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
        return range.onEmptyDay().filter(rule -> rule == EmptyDayRule.SKIP).isPresent()
                || weekend && weekends == WeekendRule.AUTO;
    }

    private boolean isEmpty(RangeRequest range, LocalDate date) throws PlanException {
        return DayObjects.isEmpty(
                stores.open(dataset.input()), dataset, PlanRequests.tables(dataset, range.tables()), date);
    }

    private void print(PlanPreview plan) {
        planned++;
        rows += plan.rows();
        dollars += plan.figures().forecast().map(PlanForecast::dollars).orElse(0.0);
        PreviewText.lines(plan).forEach(out::println);
    }
}
