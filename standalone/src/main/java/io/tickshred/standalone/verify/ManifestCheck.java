package io.tickshred.standalone.verify;

import io.tickshred.model.BatchFile;
import io.tickshred.model.Day;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MetricState;
import io.tickshred.model.Proof;
import io.tickshred.model.SourceTally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Checks that a manifest agrees with itself: its sums, its batches, and the keys of its objects. */
final class ManifestCheck {
    private final Manifest manifest;
    private final String uri;
    private final List<Difference> differences = new ArrayList<>();

    private ManifestCheck(Manifest manifest, String uri) {
        this.manifest = manifest;
        this.uri = uri;
    }

    static List<Difference> of(Manifest manifest, Day day, String uri) {
        ManifestCheck check = new ManifestCheck(manifest, uri);
        check.expect("day", day, manifest.day());
        check.sources();
        check.tables();
        check.batches();
        check.metrics();
        return check.differences;
    }

    private void sources() {
        for (Manifest.Source source : manifest.sources()) {
            SourceTally tally = source.tally();
            if (!tally.balanced()) {
                differences.add(new Difference(
                        uri,
                        "source " + tally.key() + " does not add up: " + tally.rows()
                                + " rows are not " + tally.routed() + " routed + " + tally.filtered() + " filtered + "
                                + tally.outside() + " outside"));
            }
        }
        expect("rows of all sources", manifest.rows(), sum(SourceTally::rows));
        expect("routed rows of all sources", manifest.routed(), sum(SourceTally::routed));
        expect("filtered rows of all sources", manifest.filtered(), sum(SourceTally::filtered));
        expect("rows outside the universe of all sources", manifest.outside(), sum(SourceTally::outside));
    }

    private void tables() {
        long routed = 0;
        for (Manifest.Table table : manifest.tables()) {
            Proof batches = manifest.batches().stream()
                    .flatMap(batch -> batch.files().stream())
                    .filter(file -> file.table().equals(table.name()))
                    .map(BatchFile::proof)
                    .reduce(Proof.EMPTY, Proof::plus);
            expect("proof of table " + table.name() + " over its batches", table.proof(), batches);
            routed += table.proof().rows();
        }
        expect("rows of all tables", manifest.routed(), routed);
        manifest.listings()
                .ifPresent(files -> expect(
                        "rows of all listings",
                        manifest.routed(),
                        files.stream().mapToLong(ListingsFile::rows).sum()));
    }

    private void batches() {
        List<String> tables =
                manifest.tables().stream().map(Manifest.Table::name).toList();
        Map<String, Integer> batchOf = new HashMap<>();
        for (int i = 0; i < manifest.batches().size(); i++) {
            ManifestBatch batch = manifest.batches().get(i);
            expect("number of batch " + i, i, batch.number());
            expect(
                    "tables of batch " + i,
                    tables,
                    batch.files().stream().map(BatchFile::table).toList());
            for (String listing : batch.listings()) {
                Integer other = batchOf.put(listing, i);
                if (other != null) {
                    differences.add(
                            new Difference(uri, "listing " + listing + " is in batches " + other + " and " + i));
                }
            }
            for (BatchFile file : batch.files()) {
                expect("batch of object " + file.key(), i, file.batch());
            }
        }
    }

    private void metrics() {
        List<Integer> batches =
                manifest.batches().stream().map(ManifestBatch::number).toList();
        for (Manifest.Metric metric : manifest.metrics().orElse(List.of())) {
            if (metric.state() == MetricState.DONE) {
                expect(
                        "batches of metric " + metric.name(),
                        batches,
                        metric.files().stream().map(MetricFile::batch).toList());
            }
        }
    }

    private long sum(ToLongFunction<SourceTally> count) {
        return manifest.sources().stream()
                .mapToLong(source -> count.applyAsLong(source.tally()))
                .sum();
    }

    private void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            differences.add(Difference.of(uri, what, expected, found));
        }
    }
}
