package io.tickshred.finalizer.publish;

import io.tickshred.message.BatchResult;
import io.tickshred.model.Batch;
import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricFailure;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricResult;
import io.tickshred.model.MetricState;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.SourceTally;
import io.tickshred.model.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a manifest together; the same accepted results always give the same manifest. */
final class ManifestBuilder {
    private ManifestBuilder() {}

    /**
     * Builds the manifest.
     *
     * @param results accepted result of each batch
     * @param listings the objects of rows by listing
     * @param sources tallies of each table's sources, in key order
     * @throws IllegalStateException if a row was lost between sources and batches
     */
    static Manifest build(
            PlanHeader header,
            DatasetDefinition dataset,
            BatchMap map,
            List<BatchResult> results,
            Map<String, List<SourceTally>> sources,
            PublishedListings listings,
            Versions versions) {
        List<Manifest.Table> tables = new ArrayList<>();
        List<Manifest.Source> allSources = new ArrayList<>();
        for (String name : header.tables()) {
            TableDefinition table = dataset.table(name)
                    .orElseThrow(
                            () -> new IllegalStateException("dataset " + dataset.name() + " has no table " + name));
            Proof proof = results.stream()
                    .flatMap(result -> result.files().stream())
                    .filter(f -> f.table().equals(name))
                    .map(BatchFile::proof)
                    .reduce(Proof.EMPTY, Proof::plus);
            List<SourceTally> tallies = sources.getOrDefault(name, List.of());
            long routed = tallies.stream().mapToLong(SourceTally::routed).sum();
            if (proof.rows() != routed) {
                throw new IllegalStateException("table " + name + " of " + header.day() + ": " + routed
                        + " rows of its sources were read for batches, which hold " + proof.rows());
            }
            tallies.forEach(tally -> allSources.add(new Manifest.Source(name, tally)));
            tables.add(new Manifest.Table(
                    name, table.listing(), table.order(), table.timestamp(), table.where(), table.select(), proof));
        }
        List<Manifest.ManifestBatch> batches = new ArrayList<>();
        for (int batch = 0; batch < header.batches(); batch++) {
            Batch planned = map.batches().get(batch);
            batches.add(new Manifest.ManifestBatch(
                    batch,
                    listings.with(planned, header.listingType()),
                    results.get(batch).files(),
                    planned.estimatedRows(),
                    results.get(batch).overgrown()));
        }
        return Manifest.builder()
                .format(Manifest.FORMAT)
                .plan(header.plan())
                .day(header.day())
                .fingerprint(header.fingerprint())
                .createdAt(header.createdAt())
                .rowHashAlgorithm(RowHash.ALGORITHM)
                .tickshredVersion(versions.tickshred())
                .duckdbVersion(versions.duckdb())
                .listingType(header.listingType())
                .rows(sum(allSources, SourceTally::rows))
                .routed(sum(allSources, SourceTally::routed))
                .filtered(sum(allSources, SourceTally::filtered))
                .outside(sum(allSources, SourceTally::outside))
                .tables(tables)
                .batches(batches)
                .sources(allSources)
                .excluded(header.excluded())
                .metrics(dataset.metricsOf(header.tables()).stream()
                        .map(metric -> metric(metric, results))
                        .toList())
                .figures(header.figures())
                .listings(listings.files())
                .build();
    }

    /** A metric that failed in one batch failed in all: half of one would pass for a whole one too easily. */
    private static Manifest.Metric metric(MetricDefinition metric, List<BatchResult> results) {
        List<MetricColumn> columns = List.of();
        List<MetricFile> files = new ArrayList<>();
        Optional<MetricFailure> failure = Optional.empty();
        for (BatchResult batch : results) {
            MetricResult result = batch.metrics().orElse(List.of()).stream()
                    .filter(made -> made.metric().equals(metric.name()))
                    .findFirst()
                    .orElseGet(() -> MetricResult.failed(new MetricFailure(
                            metric.name(),
                            batch.batch(),
                            metric.file(),
                            Optional.empty(),
                            "the finalizer that made batch " + batch.batch()
                                    + " does not compute metrics: upgrade it and run the day again")));
            result.file().ifPresent(files::add);
            failure = failure.or(result::failure);
            columns = columns.isEmpty() ? result.columns() : columns;
        }
        return new Manifest.Metric(
                metric.name(),
                failure.isEmpty() ? MetricState.DONE : MetricState.FAILED,
                metric.file(),
                metric.tables().stream()
                        .map(MetricDefinition.MetricTable::table)
                        .toList(),
                metric.buckets(),
                metric.closed(),
                metric.timeZone(),
                failure.isEmpty() ? columns : List.of(),
                failure.isEmpty() ? files : List.of(),
                failure,
                Optional.of(DefinitionDigest.of(metric)));
    }

    private static long sum(List<Manifest.Source> sources, java.util.function.ToLongFunction<SourceTally> count) {
        return sources.stream().mapToLong(s -> count.applyAsLong(s.tally())).sum();
    }
}
