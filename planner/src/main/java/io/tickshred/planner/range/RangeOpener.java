package io.tickshred.planner.range;

import io.tickshred.config.ConfigException;
import io.tickshred.config.Datasets;
import io.tickshred.config.HolidayFile;
import io.tickshred.message.RangeOpened;
import io.tickshred.message.RangeRequest;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.Failure;
import io.tickshred.model.RangeDay;
import io.tickshred.model.WeekendRule;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
            PlanRequests.tables(dataset, request.tables());
            WeekendRule weekends = request.weekends().orElse(dataset.calendar().weekends());
            List<RangeDay> known = leftOut(request, weekends, holidays(dataset, request));
            known.addAll(published(dataset, request, known));
            return new RangeOpened(request, weekends, known, Optional.empty(), now);
        } catch (PlanException e) {
            return refused(request, e.failure(), now);
        } catch (RuntimeException e) {
            LOG.warn("Opening a range met an unexpected error range={}", request.range(), e);
            return refused(
                    request, new Failure("opening the range met an unexpected error: " + e, Optional.empty()), now);
        }
    }

    private static RangeOpened refused(RangeRequest request, Failure failure, Instant now) {
        return new RangeOpened(request, WeekendRule.AUTO, List.of(), Optional.of(failure), now);
    }

    private static List<RangeDay> leftOut(RangeRequest request, WeekendRule weekends, Map<LocalDate, String> holidays) {
        List<RangeDay> days = new ArrayList<>();
        for (LocalDate date : request.days()) {
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
                .map(day -> RangeDay.of(day.date(), RangeDay.State.PUBLISHED, "already published"))
                .toList();
    }

    private Map<LocalDate, String> holidays(DatasetDefinition dataset, RangeRequest request) throws PlanException {
        if (request.holidays().isPresent()) {
            Map<LocalDate, String> given = new HashMap<>();
            request.holidays().get().forEach(date -> given.put(date, "holiday"));
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
