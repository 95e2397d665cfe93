package io.tickshred.model;

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
 * </pre>
 */
public final class ObjectKeys {
    /** What stands in the place of a table's name, before a metric's: a table must not be called so. */
    static final String METRICS = "metrics-";

    private ObjectKeys() {}

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

    /** Prefix of all objects of a plan's batches: their tables' and their metrics'. */
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
