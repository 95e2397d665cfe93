package io.tickshred.finalizer.publish;

import io.tickshred.model.BatchFile;
import io.tickshred.model.BatchMap;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Manifest;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.SourceTally;
import io.tickshred.model.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts a manifest together; the same accepted results always give the same manifest. */
final class ManifestBuilder {
    private ManifestBuilder() {}

    /**
     * Builds the manifest.
     *
     * @param files accepted objects of each batch, in the tables' order
     * @param sources tallies of each table's sources, in key order
     * @throws IllegalStateException if a row was lost between sources and batches
     */
    static Manifest build(
            PlanHeader header,
            DatasetDefinition dataset,
            BatchMap map,
            List<List<BatchFile>> files,
            Map<String, List<SourceTally>> sources,
            Versions versions) {
        List<Manifest.Table> tables = new ArrayList<>();
        List<Manifest.Source> allSources = new ArrayList<>();
        for (String name : header.tables()) {
            TableDefinition table = dataset.table(name)
                    .orElseThrow(
                            () -> new IllegalStateException("dataset " + dataset.name() + " has no table " + name));
            Proof proof = files.stream()
                    .flatMap(List::stream)
                    .filter(f -> f.table().equals(name))
                    .map(BatchFile::proof)
                    .reduce(Proof.EMPTY, Proof::plus);
            List<SourceTally> tallies = sources.getOrDefault(name, List.of());
            long routed = tallies.stream().mapToLong(SourceTally::routed).sum();
            if (proof.rows() != routed) {
                throw new IllegalStateException("table " + name + " of " + header.day() + " was shredded to " + routed
                        + " rows, its batches hold " + proof.rows());
            }
            tallies.forEach(tally -> allSources.add(new Manifest.Source(name, tally)));
            tables.add(new Manifest.Table(
                    name, table.listing(), table.order(), table.timestamp(), table.where(), table.select(), proof));
        }
        List<Manifest.ManifestBatch> batches = new ArrayList<>();
        for (int batch = 0; batch < header.batches(); batch++) {
            batches.add(
                    new Manifest.ManifestBatch(batch, map.batches().get(batch).listings(), files.get(batch)));
        }
        return new Manifest(
                Manifest.FORMAT,
                header.plan(),
                header.day(),
                header.fingerprint(),
                header.createdAt(),
                RowHash.ALGORITHM,
                versions.tickshred(),
                versions.duckdb(),
                header.listingType(),
                sum(allSources, SourceTally::rows),
                sum(allSources, SourceTally::routed),
                sum(allSources, SourceTally::filtered),
                sum(allSources, SourceTally::outside),
                tables,
                batches,
                allSources,
                header.excluded());
    }

    private static long sum(List<Manifest.Source> sources, java.util.function.ToLongFunction<SourceTally> count) {
        return sources.stream().mapToLong(s -> count.applyAsLong(s.tally())).sum();
    }
}
