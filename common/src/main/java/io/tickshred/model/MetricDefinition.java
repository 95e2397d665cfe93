package io.tickshred.model;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/**
 * A metric of a dataset: one {@code SELECT} over tables of a batch, run for each bucket width. Trusted configuration,
 * never from messages. Docs: {@code docs/metrics-sql.md}.
 *
 * @param name the metric, as it appears in {@code batch-metrics-<name>-<b>.parquet}
 * @param file SQL file as the dataset's file names it, or name of the shipped definition; for people
 * @param sql its text
 * @param tables tables of the dataset that the SQL reads, by the names that it uses
 * @param roles columns of the only table, by the names that the SQL uses; empty with several tables
 * @param timeZone of the days that buckets are counted from, such as {@code UTC}
 * @param parallel whether the SQL gives the same bytes on any number of threads; if not, it runs on one
 */
public record MetricDefinition(
        String name,
        String file,
        String sql,
        List<MetricTable> tables,
        List<MetricRole> roles,
        List<BucketWidth> buckets,
        BucketEdge closed,
        String timeZone,
        boolean parallel) {
    public MetricDefinition {
        Names.checked("metric", name);
        tables = List.copyOf(tables);
        roles = List.copyOf(roles);
        buckets = List.copyOf(buckets);
        if (sql.isBlank()) {
            throw new IllegalArgumentException("metric " + name + " must have SQL: " + file + " is empty");
        }
        if (tables.isEmpty() || buckets.isEmpty()) {
            throw new IllegalArgumentException("metric " + name + " must have at least one table and one bucket");
        }
        if (tables.stream().map(MetricTable::alias).distinct().count() != tables.size()) {
            throw new IllegalArgumentException("metric " + name + " names a table twice");
        }
        if (buckets.stream().distinct().count() != buckets.size()) {
            throw new IllegalArgumentException("metric " + name + " names a bucket twice");
        }
        if (tables.size() > 1 && !roles.isEmpty()) {
            throw new IllegalArgumentException("metric " + name + " must not name columns for several tables");
        }
        try {
            ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "metric " + name + " must have a time zone such as UTC or America/New_York, found '" + timeZone
                            + "'",
                    e);
        }
    }

    /**
     * A table that a metric reads.
     *
     * @param alias its name in the SQL
     * @param table its name in the dataset
     */
    public record MetricTable(String alias, String table) {
        public MetricTable {
            Names.checked("table", table);
            if (!alias.matches("[a-z_][a-z0-9_]*")) {
                throw new IllegalArgumentException("a table's name in SQL must be a lower-case word: " + alias);
            }
        }
    }
}
