package io.tickshred.model;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every object key that Tickshred writes, made here and nowhere else. All are relative to the dataset's staging or
 * output store and made of names, dates, numbers and ids alone: no text from the data ever becomes part of a key.
 *
 * <pre>
 * staging  staging/{dataset}/{date}/{plan}/{table}/{chunk}-{attempt}.parquet
 *          staging/{dataset}/{date}/{plan}/{table}/{chunk}-{attempt}/batch={b}/data.parquet
 *          staging/{dataset}/{date}/{plan}/{table}/{chunk}-{attempt}.index.json
 * output   {dataset}/{date}/manifest.json
 *          {dataset}/{date}/{plan}/batch-{table}-{b}.parquet
 *          {dataset}/{date}/{plan}/batch-metrics-{metric}-{b}.parquet
 *          {dataset}/{date}/{plan}/listings-{n}.parquet
 * </pre>
 */
public final class ObjectKeys {
    /** What stands in the place of a table's name, before a metric's: a table must not be called so. */
    static final String METRICS = "metrics-";

    private static final Pattern PLACE = Pattern.compile(
            "(staging/)?([a-z0-9][a-z0-9_-]{0,62})/(\\d{4}-\\d{2}-\\d{2})/([0-9a-hjkmnp-tv-z]{16})/(.+)");
    private static final Pattern BATCH_OBJECT = Pattern.compile("batch-[a-z0-9_-]+\\.parquet");

    private ObjectKeys() {}

    /** To which plan an object belongs, and whether it is staged or output. */
    public record Place(Day day, PlanId plan, boolean staged) {}

    /** The place of a key that Tickshred may have written for a plan; empty for a manifest and for anything else. */
    public static Optional<Place> place(String key) {
        Matcher parts = PLACE.matcher(key);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean staged = parts.group(1) != null;
        if (!staged && !BATCH_OBJECT.matcher(parts.group(5)).matches()) {
            return Optional.empty();
        }
        try {
            Day day = new Day(parts.group(2), LocalDate.parse(parts.group(3)));
            return Optional.of(new Place(day, new PlanId(parts.group(4)), staged));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Where a sweeper asks a store for its time. */
    public static String clock(AttemptId attempt) {
        return "staging/.clock/" + attempt;
    }

    /** Prefix of all that plans of a day stage. */
    public static String stagingPrefix(Day day) {
        return "staging/" + day + "/";
    }

    /** Prefix of a day's manifest and of all that its plans publish. */
    public static String outputPrefix(Day day) {
        return day + "/";
    }

    public static String manifest(Day day) {
        return day + "/manifest.json";
    }

    public static String batch(Day day, PlanId plan, String table, int batch) {
        return outputPrefix(day, plan) + "batch-" + Names.checked("table", table) + "-" + batch + ".parquet";
    }

    public static String batchMetric(Day day, PlanId plan, String metric, int batch) {
        return outputPrefix(day, plan) + "batch-" + METRICS + Names.checked("metric", metric) + "-" + batch
                + ".parquet";
    }

    /** Rows by listing of one market; markets are numbered in their order. */
    public static String listings(Day day, PlanId plan, int number) {
        return outputPrefix(day, plan) + "listings-" + number + ".parquet";
    }

    /** Prefix of all objects that a plan publishes, but the manifest. */
    public static String outputPrefix(Day day, PlanId plan) {
        return day + "/" + plan + "/";
    }

    /** Prefix of all that a plan stages; it never covers a published object, even in one store. */
    public static String stagingPrefix(Day day, PlanId plan) {
        return "staging/" + day + "/" + plan + "/";
    }

    public static String packedRun(Day day, PlanId plan, String table, int chunk, AttemptId attempt) {
        return run(day, plan, table, chunk, attempt) + ".parquet";
    }

    public static String partitionedRun(Day day, PlanId plan, String table, int chunk, AttemptId attempt, int batch) {
        return run(day, plan, table, chunk, attempt) + "/batch=" + batch + "/data.parquet";
    }

    /** Where the files and slices of a run stand, when they are too many for a message. */
    public static String runIndex(Day day, PlanId plan, String table, int chunk, AttemptId attempt) {
        return run(day, plan, table, chunk, attempt) + ".index.json";
    }

    private static String run(Day day, PlanId plan, String table, int chunk, AttemptId attempt) {
        return stagingPrefix(day, plan) + Names.checked("table", table) + "/" + chunk + "-" + attempt;
    }
}
