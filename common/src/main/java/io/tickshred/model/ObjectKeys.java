package io.tickshred.model;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
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
 *          {dataset}/metrics/{metric}/{from}_{to}.json
 *          {dataset}/metrics/{metric}/{from}_{to}.{digest}.parquet
 *          {dataset}/{date}/{plan}/listings-{n}.parquet
 * </pre>
 */
public final class ObjectKeys {
    /** What stands in the place of a table's name, before a metric's: a table must not be called so. */
    static final String METRICS = "metrics-";

    private static final Pattern PLACE = Pattern.compile(
            "(staging/)?([a-z0-9][a-z0-9_-]{0,62})/(\\d{4}-\\d{2}-\\d{2})/([0-9a-hjkmnp-tv-z]{16})/(.+)");
    private static final Pattern AGGREGATE = Pattern.compile("([a-z0-9][a-z0-9_-]{0,62})/metrics/"
            + "([a-z0-9][a-z0-9_-]{0,62})/(\\d{4}-\\d{2}-\\d{2})_(\\d{4}-\\d{2}-\\d{2})\\.[0-9a-f]{16}\\.parquet");
    private static final Pattern MANIFEST = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}/(\\d{4}-\\d{2}-\\d{2}/manifest"
            + "|metrics/[a-z0-9][a-z0-9_-]{0,62}/\\d{4}-\\d{2}-\\d{2}_\\d{4}-\\d{2}-\\d{2})\\.json");
    private static final Pattern OUTPUT_OBJECT = Pattern.compile("(batch-[a-z0-9_-]+|listings-\\d+)\\.parquet");

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
        if (!staged && !OUTPUT_OBJECT.matcher(parts.group(5)).matches()) {
            return Optional.empty();
        }
        try {
            Day day = new Day(parts.group(2), LocalDate.parse(parts.group(3)));
            return Optional.of(new Place(day, new PlanId(parts.group(4)), staged));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** To which aggregate an object belongs. */
    public record AggregatePlace(RangeId range, String metric) {
        /** {@code dataset/2024-01-02..2024-01-05 metric}. */
        @Override
        public String toString() {
            return range + " " + metric;
        }
    }

    /** The place of a key that Tickshred may have written for an aggregate; empty for its manifest and all else. */
    public static Optional<AggregatePlace> aggregatePlace(String key) {
        Matcher parts = AGGREGATE.matcher(key);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate from = LocalDate.parse(parts.group(3));
            LocalDate to = LocalDate.parse(parts.group(4));
            return Optional.of(new AggregatePlace(new RangeId(parts.group(1), from, to), parts.group(2)));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether Tickshred writes such keys, of whatever dataset. */
    public static boolean isOwn(String key) {
        return place(key).isPresent()
                || aggregatePlace(key).isPresent()
                || MANIFEST.matcher(key).matches()
                || key.startsWith("staging/.sweep/")
                || key.startsWith(clocks());
    }

    /** Which period of a dataset somebody sweeps, or has swept. */
    public static String sweepClaim(String dataset, long period) {
        return String.format(Locale.ROOT, "%s%012d", sweepClaims(dataset), period);
    }

    /** Prefix of a dataset's claims; they sort by their periods. */
    public static String sweepClaims(String dataset) {
        return "staging/.sweep/" + Names.checked("dataset", dataset) + "/";
    }

    /** Where a sweeper asks a store for its time. */
    public static String clock(AttemptId attempt) {
        return clocks() + attempt;
    }

    /** Prefix of what sweepers ask a store for its time by. */
    public static String clocks() {
        return "staging/.clock/";
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

    /** Manifest of a metric's aggregate over a range. */
    public static String aggregateManifest(RangeId range, String metric) {
        return aggregate(range, metric) + ".json";
    }

    /**
     * A metric's aggregate over a range: another content has another key, so that the manifest changes over in one
     * step.
     *
     * @param sha256 of the object
     */
    public static String aggregateObject(RangeId range, String metric, String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256 must be 64 hexadecimal digits: " + sha256);
        }
        return aggregate(range, metric) + "." + sha256.substring(0, 16) + ".parquet";
    }

    private static String aggregate(RangeId range, String metric) {
        return range.dataset() + "/metrics/" + Names.checked("metric", metric) + "/" + range.from() + "_" + range.to();
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
