package io.tickshred.model;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The proof of an aggregate, a metric's days in one object, and the only way to know the object. Written last, by
 * conditional PUT; the same days always give the same text.
 *
 * @param format version of this record, {@link #FORMAT}
 * @param definition SQL file as the dataset names it, or name of the shipped definition
 * @param settings by which every day was computed; empty in manifests of older versions
 * @param columns of the object; its rows are sorted by all of them from left to right
 * @param key relative to the output store; it has the first digits of the object's SHA-256 in it
 * @param proof of the object as read back; equal to the sum over the days' objects
 * @param days in it, in order
 * @param skipped days left out by rule
 * @param missing days that should be there and are not
 */
public record AggregateManifest(
        int format,
        RangeId range,
        String metric,
        String definition,
        String rowHashAlgorithm,
        String tickshredVersion,
        String duckdbVersion,
        Optional<Settings> settings,
        List<MetricColumn> columns,
        String key,
        long sizeBytes,
        String sha256,
        Proof proof,
        List<AggregatedDay> days,
        List<RangeDay> skipped,
        List<RangeDay> missing) {
    public static final int FORMAT = 1;

    public AggregateManifest {
        columns = List.copyOf(columns);
        days = List.copyOf(days);
        skipped = List.copyOf(skipped);
        missing = List.copyOf(missing);
        long rows = days.stream().mapToLong(AggregatedDay::rows).sum();
        if (rows != proof.rows()) {
            throw new IllegalArgumentException(
                    "the days of metric " + metric + " have " + rows + " rows, the object has " + proof.rows());
        }
    }

    /**
     * How the metric was computed, alike on every day.
     *
     * @param tables tables of the dataset that it read
     * @param timeZone of the days that buckets were counted from
     * @param definitionSha256 of the SQL, and of what its tables and columns are called in the dataset; empty where no
     *     day's manifest has it
     */
    public record Settings(
            List<String> tables,
            List<BucketWidth> buckets,
            BucketEdge closed,
            String timeZone,
            Optional<String> definitionSha256) {
        public Settings {
            tables = List.copyOf(tables);
            buckets = List.copyOf(buckets);
        }
    }

    /**
     * A day as it went in.
     *
     * @param plan that published it
     * @param objects one for each batch
     * @param sha256 of the lines {@code <key> <sha256>} of its objects, each ended by a newline, in batch order
     */
    public record AggregatedDay(LocalDate date, PlanId plan, int objects, long rows, String sha256) {}
}
