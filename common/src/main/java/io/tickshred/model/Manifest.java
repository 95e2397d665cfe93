package io.tickshred.model;

import io.tickshred.record.BuiltByName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The proof that a day is whole, and the only way to know which objects are in it. Written last, by conditional PUT;
 * the same plan always gives the same text.
 *
 * @param format version of this record, {@link #FORMAT}
 * @param createdAt when the plan was made
 * @param rowHashAlgorithm how {@link Proof#hash} was computed; values compare only under the same one
 * @param tickshredVersion version of the finalizer that published
 * @param duckdbVersion version of DuckDB that wrote the objects
 * @param rows rows of all sources by their footers; always {@code routed + filtered + outside}
 * @param routed rows in the batches
 * @param filtered rows dropped by the tables' {@code where}
 * @param outside rows of listings outside the universe
 * @param excluded keys that the plan request said to go on without
 * @param figures how the plan was made and how good it was; empty in manifests of older versions
 * @param listings objects that say how many rows each listing has in each table, one for each market; empty in
 *     manifests of older versions
 * @param batches in batch order
 * @param sources in the tables' order, then in key order
 * @param batchesDeleted the rule of clean-up by which the batches' objects are deleted or about to be: what the
 *     manifest tells of them stays, but no reader may count on an object; empty as long as they are kept
 * @param metrics what was computed of the batches, in the dataset's order; empty in manifests from before there were
 *     metrics
 */
@BuiltByName
public record Manifest(
        int format,
        PlanId plan,
        Day day,
        String fingerprint,
        Instant createdAt,
        String rowHashAlgorithm,
        String tickshredVersion,
        String duckdbVersion,
        ListingType listingType,
        long rows,
        long routed,
        long filtered,
        long outside,
        List<Table> tables,
        List<ManifestBatch> batches,
        List<Source> sources,
        List<String> excluded,
        Optional<List<Metric>> metrics,
        Optional<String> batchesDeleted,
        Optional<PlanFigures> figures,
        Optional<List<ListingsFile>> listings) {
    public static final int FORMAT = 1;

    public Manifest {
        tables = List.copyOf(tables);
        batches = List.copyOf(batches);
        sources = List.copyOf(sources);
        excluded = List.copyOf(excluded);
        metrics = metrics.map(List::copyOf);
        listings = listings.map(List::copyOf);
        if (rows != routed + filtered + outside) {
            throw new IllegalArgumentException("a manifest's rows must add up: " + rows + " is not " + routed + " + "
                    + filtered + " + " + outside);
        }
    }

    /** Each component by its name. */
    public static ManifestBuilder.FormatStage builder() {
        return ManifestBuilder.builder();
    }

    /** The same day, marked as one whose batches are deleted by the rule. */
    public Manifest withBatchesDeleted(CleanupPolicy rule) {
        return ManifestBuilder.from(this).batchesDeleted(rule.toString()).build();
    }

    /** Keys of the objects of all batches and tables. */
    public List<String> batchKeys() {
        return batches.stream()
                .flatMap(batch -> batch.files().stream())
                .map(BatchFile::key)
                .toList();
    }

    /**
     * Whether a dataset's rule has its batches deleted now: every metric is there, and for {@code false} there is one.
     */
    public boolean batchesMayGo(CleanupPolicy rule) {
        return metricFailures().isEmpty()
                && (!rule.untilMetricsAreDone() || !metrics.orElse(List.of()).isEmpty());
    }

    /** Metrics that failed, each with its first failure; empty when all that were asked for are there. */
    public List<MetricFailure> metricFailures() {
        return metrics.orElse(List.of()).stream()
                .flatMap(metric -> metric.failure().stream())
                .toList();
    }

    /**
     * A metric of the day: either one object for each batch, or why there is none. Of a failed metric no object is part
     * of the day, whatever batches it went well in.
     *
     * @param definition SQL file as the dataset names it, or name of the shipped definition
     * @param tables tables of the dataset that it read
     * @param timeZone of the days that buckets were counted from
     * @param columns of each object, in order; rows are sorted by all of them from left to right
     * @param files one for each batch, in batch order; empty on failure
     * @param definitionSha256 of the SQL, and of what its tables and columns are called in the dataset; empty in
     *     manifests of older versions
     */
    public record Metric(
            String name,
            MetricState state,
            String definition,
            List<String> tables,
            List<BucketWidth> buckets,
            BucketEdge closed,
            String timeZone,
            List<MetricColumn> columns,
            List<MetricFile> files,
            Optional<MetricFailure> failure,
            Optional<String> definitionSha256) {
        public Metric {
            tables = List.copyOf(tables);
            buckets = List.copyOf(buckets);
            columns = List.copyOf(columns);
            files = List.copyOf(files);
            if ((state == MetricState.FAILED) != failure.isPresent() || (failure.isPresent() && !files.isEmpty())) {
                throw new IllegalArgumentException(
                        "metric " + name + " must be done with objects or failed with a reason");
            }
        }

        /** Rows over all batches. */
        public long rows() {
            return files.stream().mapToLong(MetricFile::rows).sum();
        }
    }

    /**
     * How a table was made, and its proof over all batches.
     *
     * @param listing first sort column
     * @param order further sort columns, before source and row number, which are not in the output
     */
    public record Table(
            String name,
            String listing,
            List<String> order,
            String timestamp,
            Optional<String> where,
            List<OutputColumn> select,
            Proof proof) {
        public Table {
            order = List.copyOf(order);
            select = List.copyOf(select);
        }
    }

    /**
     * One batch: its listings in listing order, and one object for each table, in the tables' order.
     *
     * @param listings those of the plan, and those that the data had beside them and that the batch adopted
     * @param estimatedRows rows of each table that the plan expected, in the tables' order, to be held against those of
     *     the files; empty in manifests of older versions
     * @param overgrown tables that turned out larger than planned and than a cap; absent where there is none
     */
    public record ManifestBatch(
            int number,
            List<String> listings,
            List<BatchFile> files,
            Optional<List<Long>> estimatedRows,
            Optional<List<Overgrown>> overgrown) {
        public ManifestBatch {
            listings = List.copyOf(listings);
            files = List.copyOf(files);
            estimatedRows = estimatedRows.map(List::copyOf);
            overgrown = overgrown.map(List::copyOf);
        }

        /** A batch of which nothing was expected. */
        public ManifestBatch(int number, List<String> listings, List<BatchFile> files) {
            this(number, listings, files, Optional.empty(), Optional.empty());
        }
    }

    /** One source object and where its rows went. */
    public record Source(String table, SourceTally tally) {}
}
