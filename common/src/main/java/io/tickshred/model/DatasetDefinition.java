package io.tickshred.model;

import io.tickshred.record.BuiltByName;
import java.util.List;
import java.util.Optional;

/**
 * A dataset: where its objects lie, its tables, and how a day of it is planned. Every service of a fleet must hold the
 * same definition; {@link #fingerprint} travels with each message so that a difference is found before a row is read.
 *
 * @param input URI of the source objects: {@code s3://bucket/prefix} or a directory
 * @param output URI of published days
 * @param staging URI of staged runs
 * @param batching how listings are grouped into batches
 * @param estimator how a planner learns what listings weigh
 * @param metrics what is computed of each batch as soon as it is final
 * @param calendar which days of a range there are by rule; not part of the fingerprint
 * @param cleanup what of a published day is deleted; not part of the fingerprint
 * @param mode how days are run; not part of the fingerprint, for a day is the same bytes in each
 * @param fingerprint 16 hexadecimal digits over the definition's canonical text, the first 8 over what decides the
 *     bytes of a day alone
 */
@BuiltByName
public record DatasetDefinition(
        String name,
        String input,
        String output,
        String staging,
        Optional<UniverseDefinition> universe,
        ChunkPolicy chunks,
        StagingLayout layout,
        BatchingPolicy batching,
        EstimatorPolicy estimator,
        List<TableDefinition> tables,
        List<MetricDefinition> metrics,
        CalendarPolicy calendar,
        CleanupPolicy cleanup,
        ModePolicy mode,
        String fingerprint) {
    public DatasetDefinition {
        Names.checked("dataset", name);
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("dataset " + name + " must have at least one table");
        }
        if (tables.stream().map(TableDefinition::name).distinct().count() != tables.size()) {
            throw new IllegalArgumentException("dataset " + name + " defines a table twice");
        }
        metrics = List.copyOf(metrics);
        if (metrics.stream().map(MetricDefinition::name).distinct().count() != metrics.size()) {
            throw new IllegalArgumentException("dataset " + name + " defines a metric twice");
        }
        for (MetricDefinition metric : metrics) {
            String table = ObjectKeys.METRICS + metric.name();
            if (tables.stream().anyMatch(t -> t.name().equals(table))) {
                throw new IllegalArgumentException("table " + table + " and metric " + metric.name()
                        + " must not both be written as batch-" + table);
            }
        }
        if (universe.isEmpty() && batching.groupBy().isPresent()) {
            throw new IllegalArgumentException(
                    "batching by " + batching.groupBy().get()
                            + " needs a universe that has this column; add universe or leave groupBy out");
        }
        if (universe.isEmpty() && estimator.kind() == EstimatorPolicy.Kind.FOOTER) {
            throw new IllegalArgumentException("estimator footer needs a universe, because footers do not name their"
                    + " listings; add universe or write kind: sample");
        }
    }

    /** Each component by its name. */
    public static DatasetDefinitionBuilder.NameStage builder() {
        return DatasetDefinitionBuilder.builder();
    }

    /** Metrics for which a plan of these tables has all that they read. */
    public List<MetricDefinition> metricsOf(List<String> planned) {
        return metrics.stream()
                .filter(metric -> metric.tables().stream().allMatch(read -> planned.contains(read.table())))
                .toList();
    }

    public Optional<TableDefinition> table(String table) {
        return tables.stream().filter(t -> t.name().equals(table)).findFirst();
    }
}
