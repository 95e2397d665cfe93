package io.tickshred.planner.range;

import io.tickshred.config.ConfigException;
import io.tickshred.config.Datasets;
import io.tickshred.config.HolidayFile;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.AggregateRequest;
import io.tickshred.message.AggregateTask;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.message.RangeStatus;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.RangeDay;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.WeekendRule;
import io.tickshred.planner.discovery.DayObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.plan.PlanRequests;
import io.tickshred.planner.plan.PublishedDays;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up all that a range needs to be known of: its calendar, and which of its days are published. */
public final class RangeOpener {
    private static final Logger LOG = LoggerFactory.getLogger(RangeOpener.class);

    private final Datasets datasets;
    private final PublishedDays published;
    private final Function<String, ObjectStore> stores;

    public RangeOpener(Datasets datasets, PublishedDays published, Function<String, ObjectStore> stores) {
        this.datasets = datasets;
        this.published = published;
        this.stores = stores;
    }

    /** What to open, or why not. */
    public RangeOpened open(RangeRequest request, Instant now) throws InterruptedException {
        try {
            DatasetDefinition dataset = PlanRequests.dataset(datasets, request.dataset());
            List<String> tables = PlanRequests.tables(dataset, request.tables()).stream()
                    .map(TableDefinition::name)
                    .toList();
            List<String> metrics = dataset.metricsOf(tables).stream()
                    .map(MetricDefinition::name)
                    .toList();
            WeekendRule weekends = request.weekends().orElse(dataset.calendar().weekends());
            List<RangeDay> known = leftOut(request.days(), weekends, holidays(dataset, request.holidays()));
            known.addAll(published(dataset, request, known));
            return new RangeOpened(request, weekends, known, Optional.empty(), Optional.of(metrics), now);
        } catch (PlanException e) {
            return refused(request, e.failure(), now);
        } catch (RuntimeException e) {
            LogLine.warn(LOG, "Opening a range met an unexpected error")
                    .with(LogKey.RANGE, request.range())
                    .cause(e)
                    .write();
            return refused(
                    request, new Failure("opening the range met an unexpected error: " + e, Optional.empty()), now);
        }
    }

    /**
     * The tasks that aggregate a range, one a metric.
     *
     * @param last where the range stands, if it was ever run: a day that it left out, and that is not published since,
     *     is left out again
     * @throws PlanException if the dataset or a metric is not known, or the calendar cannot be read
     */
    public List<AggregateTask> aggregate(AggregateRequest request, Optional<RangeStatus> last, Instant now)
            throws PlanException, InterruptedException {
        DatasetDefinition dataset = PlanRequests.dataset(datasets, request.dataset());
        List<String> known =
                dataset.metrics().stream().map(MetricDefinition::name).toList();
        if (known.isEmpty()) {
            throw new PlanException(
                    "dataset " + dataset.name() + " has no metrics; add `metrics:` to the dataset's file");
        }
        for (String metric : request.metrics()) {
            if (!known.contains(metric)) {
                throw new PlanException("dataset " + dataset.name() + " has no metric " + metric + "; it has: "
                        + String.join(", ", known) + "; correct the request, or add it to `metrics:` in the dataset's"
                        + " file");
            }
        }
        WeekendRule weekends = request.weekends().orElse(dataset.calendar().weekends());
        List<LocalDate> all = request.range().days();
        List<RangeDay> skipped = leftOut(all, weekends, holidays(dataset, request.holidays()));
        Set<LocalDate> without = skipped.stream().map(RangeDay::date).collect(Collectors.toCollection(HashSet::new));
        if (weekends == WeekendRule.AUTO) {
            for (RangeDay empty : emptyWeekends(dataset, all, without)) {
                skipped.add(empty);
                without.add(empty.date());
            }
        }
        boolean ownCalendar =
                request.weekends().isPresent() || request.holidays().isPresent();
        for (RangeDay before : leftOutBefore(dataset, last, without, ownCalendar)) {
            skipped.add(before);
            without.add(before.date());
        }
        skipped.sort(Comparator.comparing(RangeDay::date));
        List<LocalDate> days =
                all.stream().filter(date -> !without.contains(date)).toList();
        List<String> metrics = request.metrics().isEmpty() ? known : request.metrics();
        return metrics.stream()
                .map(metric -> new AggregateTask(
                        request.range(),
                        metric,
                        days,
                        skipped,
                        List.of(),
                        request.force(),
                        request.onMissingDay().orElse(MissingDayRule.FAIL),
                        now))
                .toList();
    }

    /** Weekends that are not published and have no objects either. */
    private List<RangeDay> emptyWeekends(DatasetDefinition dataset, List<LocalDate> all, Set<LocalDate> without)
            throws PlanException, InterruptedException {
        List<Day> weekends = all.stream()
                .filter(date -> RangeProgress.weekend(date) && !without.contains(date))
                .map(date -> new Day(dataset.name(), date))
                .toList();
        Set<Day> there = published.among(dataset, weekends);
        List<RangeDay> empty = new ArrayList<>();
        for (Day day : weekends) {
            if (!there.contains(day)
                    && DayObjects.isEmpty(stores.apply(dataset.input()), dataset, dataset.tables(), day.date())) {
                empty.add(RangeDay.of(day.date(), RangeDay.State.SKIPPED, "weekend, no objects"));
            }
        }
        return empty;
    }

    /**
     * Days that the range left out, and that are not published since. A calendar of the request's own stands in the
     * place of the range's: then only days that have no objects are among them.
     */
    private List<RangeDay> leftOutBefore(
            DatasetDefinition dataset, Optional<RangeStatus> last, Set<LocalDate> without, boolean ownCalendar)
            throws PlanException, InterruptedException {
        List<RangeDay> left = last.map(RangeStatus::days).orElse(List.of()).stream()
                .filter(day -> day.state() == RangeDay.State.SKIPPED && !without.contains(day.date()))
                .toList();
        Set<Day> there = published.among(
                dataset,
                left.stream().map(day -> new Day(dataset.name(), day.date())).toList());
        List<RangeDay> still = new ArrayList<>();
        for (RangeDay day : left) {
            if (!there.contains(new Day(dataset.name(), day.date()))
                    && (!ownCalendar
                            || DayObjects.isEmpty(
                                    stores.apply(dataset.input()), dataset, dataset.tables(), day.date()))) {
                still.add(day);
            }
        }
        return still;
    }

    private static RangeOpened refused(RangeRequest request, Failure failure, Instant now) {
        return new RangeOpened(request, WeekendRule.AUTO, List.of(), Optional.of(failure), Optional.empty(), now);
    }

    private static List<RangeDay> leftOut(List<LocalDate> all, WeekendRule weekends, Map<LocalDate, String> holidays) {
        List<RangeDay> days = new ArrayList<>();
        for (LocalDate date : all) {
            if (weekends == WeekendRule.SKIP && RangeProgress.weekend(date)) {
                days.add(RangeDay.of(date, RangeDay.State.SKIPPED, "weekend"));
            } else if (holidays.containsKey(date)) {
                days.add(RangeDay.of(date, RangeDay.State.SKIPPED, holidays.getOrDefault(date, "holiday")));
            }
        }
        return days;
    }

    private List<RangeDay> published(DatasetDefinition dataset, RangeRequest request, List<RangeDay> leftOut)
            throws PlanException, InterruptedException {
        if (request.force()) {
            return List.of();
        }
        List<LocalDate> without = leftOut.stream().map(RangeDay::date).toList();
        List<Day> open = request.days().stream()
                .filter(date -> Collections.binarySearch(without, date) < 0)
                .map(date -> new Day(request.dataset(), date))
                .toList();
        Set<Day> found = published.among(dataset, open);
        return open.stream()
                .filter(found::contains)
                .map(day -> RangeDay.of(day.date(), RangeDay.State.PUBLISHED, RangeDay.PUBLISHED_BEFORE))
                .toList();
    }

    private Map<LocalDate, String> holidays(DatasetDefinition dataset, Optional<List<LocalDate>> instead)
            throws PlanException {
        if (instead.isPresent()) {
            Map<LocalDate, String> given = new HashMap<>();
            instead.get().forEach(date -> given.put(date, "holiday"));
            return given;
        }
        Optional<String> file = dataset.calendar().holidays();
        if (file.isEmpty()) {
            return Map.of();
        }
        int slash = file.get().lastIndexOf('/');
        try {
            byte[] text =
                    stores.apply(file.get().substring(0, slash)).read(file.get().substring(slash + 1));
            return HolidayFile.parse(file.get(), new String(text, StandardCharsets.UTF_8));
        } catch (ConfigException e) {
            throw new PlanException(String.valueOf(e.getMessage()), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PlanException(
                    "the holiday file " + file.get() + " of dataset " + dataset.name() + " cannot be read: "
                            + e.getMessage() + "; correct calendar.holidays in the dataset's file",
                    e);
        }
    }
}
