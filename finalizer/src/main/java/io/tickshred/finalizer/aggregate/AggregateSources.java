package io.tickshred.finalizer.aggregate;

import io.tickshred.finalizer.publish.ManifestStore;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.AggregateTask;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.ColumnType;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.RangeDay;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What there is of a metric's days, by a first look at all manifests: a day that is missing, or that does not go with
 * the others, should be told of before much is fetched.
 *
 * @param plans by which each day is published
 * @param columns with the narrowest types that hold the values of every day exactly
 * @param settings by which every day was computed; empty without days
 */
record AggregateSources(
        Map<LocalDate, PlanId> plans,
        List<MetricColumn> columns,
        String definition,
        Optional<AggregateManifest.Settings> settings,
        List<RangeDay> missing) {

    /** A day's metric. */
    private record Dated(LocalDate date, Manifest.Metric metric) {}

    /**
     * Looks.
     *
     * @throws TaskException {@code POISON} when two days were computed otherwise or have types that do not go together
     */
    static AggregateSources look(ManifestStore manifests, AggregateTask task) throws IOException, TaskException {
        Map<LocalDate, PlanId> plans = new LinkedHashMap<>();
        List<RangeDay> missing = new ArrayList<>(task.missing());
        Optional<Dated> first = Optional.empty();
        Optional<Dated> digested = Optional.empty();
        boolean allDigested = true;
        List<MetricColumn> columns = List.of();
        for (LocalDate date : task.days()) {
            AggregateDay day = AggregateDay.read(manifests, new Day(task.range().dataset(), date), task.metric());
            if (day.metric().isEmpty()) {
                missing.add(RangeDay.of(date, RangeDay.State.FAILED, day.missing()));
                continue;
            }
            Dated here = new Dated(date, day.metric().get());
            if (first.isEmpty()) {
                first = Optional.of(here);
                columns = here.metric().columns();
            } else {
                requireSame(task, first.get(), here);
                columns = joined(task, first.get(), columns, here);
            }
            allDigested &= here.metric().definitionSha256().isPresent();
            if (here.metric().definitionSha256().isPresent()) {
                requireSameText(task, digested, here);
                digested = digested.or(() -> Optional.of(here));
            }
            plans.put(date, day.plan().orElseThrow());
        }
        missing.sort(Comparator.comparing(RangeDay::date));
        // Of days of an older version nobody knows by what text they were computed.
        Optional<String> sha256 =
                allDigested ? digested.flatMap(dated -> dated.metric().definitionSha256()) : Optional.empty();
        return new AggregateSources(
                plans,
                columns,
                first.map(dated -> dated.metric().definition()).orElse(""),
                first.map(Dated::metric)
                        .map(metric -> new AggregateManifest.Settings(
                                metric.tables(), metric.buckets(), metric.closed(), metric.timeZone(), sha256)),
                missing);
    }

    private static void requireSame(AggregateTask task, Dated first, Dated here) throws TaskException {
        Map<String, Object> expected = settings(first.metric());
        for (Map.Entry<String, Object> setting : settings(here.metric()).entrySet()) {
            Object other = expected.getOrDefault(setting.getKey(), "none");
            if (!setting.getValue().equals(other)) {
                throw otherDefinition(task, first, here, setting.getKey(), setting.getValue(), other);
            }
        }
        if (!names(first.metric().columns()).equals(names(here.metric().columns()))) {
            throw refused(
                    task,
                    here,
                    "metric " + task.metric() + " has other columns on " + here.date() + " ("
                            + text(here.metric().columns()) + ") than on " + first.date() + " ("
                            + text(first.metric().columns())
                            + "): its definition has changed; run the older days again by force");
        }
    }

    private static void requireSameText(AggregateTask task, Optional<Dated> first, Dated here) throws TaskException {
        String found = here.metric().definitionSha256().orElseThrow();
        String expected =
                first.flatMap(dated -> dated.metric().definitionSha256()).orElse(found);
        if (first.isPresent() && !found.equals(expected)) {
            throw otherDefinition(task, first.get(), here, "SQL", digits(found), digits(expected));
        }
    }

    /** As few digits as tell two texts apart. */
    private static String digits(String sha256) {
        return sha256.substring(0, Math.min(sha256.length(), 12));
    }

    private static Map<String, Object> settings(Manifest.Metric metric) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("file", metric.definition());
        settings.put("tables", metric.tables());
        settings.put(
                "buckets", metric.buckets().stream().map(width -> width.text()).toList());
        settings.put("closed", metric.closed());
        settings.put("timeZone", metric.timeZone());
        return settings;
    }

    private static TaskException otherDefinition(
            AggregateTask task, Dated first, Dated here, String what, Object found, Object expected) {
        return refused(
                task,
                here,
                "metric " + task.metric() + " has another definition on " + here.date() + " (" + what + " " + found
                        + ") than on " + first.date() + " (" + expected
                        + "): run the older of them again by force");
    }

    private static List<MetricColumn> joined(AggregateTask task, Dated first, List<MetricColumn> columns, Dated here)
            throws TaskException {
        List<MetricColumn> joined = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            MetricColumn column = columns.get(i);
            String found = here.metric().columns().get(i).type();
            Optional<ColumnType> type = new ColumnType(column.type()).join(new ColumnType(found));
            if (type.isEmpty()) {
                throw refused(
                        task,
                        here,
                        "column " + column.name() + " of metric " + task.metric() + " is " + found + " on "
                                + here.date() + " but "
                                + first.metric().columns().get(i).type() + " on " + first.date()
                                + ": the types of the days' data differ; declare the column under columns and run"
                                + " these days again by force");
            }
            joined.add(new MetricColumn(column.name(), type.get().text()));
        }
        return joined;
    }

    private static TaskException refused(AggregateTask task, Dated here, String message) {
        Day day = new Day(task.range().dataset(), here.date());
        return new TaskException(TaskException.Kind.POISON, message, Optional.of(ObjectKeys.manifest(day)));
    }

    private static List<String> names(List<MetricColumn> columns) {
        return columns.stream().map(MetricColumn::name).toList();
    }

    private static String text(List<MetricColumn> columns) {
        return columns.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
    }
}
