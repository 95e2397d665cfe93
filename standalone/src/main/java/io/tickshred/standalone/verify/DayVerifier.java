package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.model.BatchFile;
import io.tickshred.model.Day;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.Manifest;
import io.tickshred.model.Manifest.ManifestBatch;
import io.tickshred.model.MetricFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.standalone.verify.Verification.CheckedObject;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads a published day again, whole, and compares it with its manifest: sums and batches of the manifest itself;
 * objects that are missing or too many; of each object its size, SHA-256, rows, row hash, timestamps, listings and
 * order; of each metric's object its size, SHA-256, rows and columns. One object at a time lies on scratch disk.
 */
public final class DayVerifier {
    private static final long PART_BYTES = 8L << 20;

    private final ObjectStore output;
    private final Path scratch;
    private final MemoryBudget budget;

    public DayVerifier(ObjectStore output, Path scratch, MemoryBudget budget) {
        this.output = output;
        this.scratch = scratch;
        this.budget = budget;
    }

    /**
     * Checks a day.
     *
     * @param progress called with each object when it has been checked
     * @throws IOException if the store or the scratch disk gave out; what is wrong with the day is in the result
     *     instead
     */
    public Verification verify(Day day, Manifest manifest, Consumer<CheckedObject> progress)
            throws IOException, DuckDbException, InterruptedException {
        String manifestUri = output.uri(ObjectKeys.manifest(day));
        List<Difference> differences = new ArrayList<>(ManifestCheck.of(manifest, day, manifestUri));
        differences.addAll(unlisted(manifest));
        List<CheckedObject> objects = new ArrayList<>();
        try (DuckDbSession session = DuckDbSession.open(scratch, budget)) {
            for (ManifestBatch batch : manifest.batches()) {
                // Deleted on purpose, or about to be: what is told of them was checked with the manifest itself.
                for (BatchFile file : manifest.batchesDeleted().isPresent() ? List.<BatchFile>of() : batch.files()) {
                    CheckedObject checked = check(session, manifest, batch, file, differences);
                    objects.add(checked);
                    progress.accept(checked);
                }
            }
            List<ListingsFile> listings = manifest.listings().orElse(List.of());
            for (int number = 0; number < listings.size(); number++) {
                differences.addAll(check(session, manifest, number, listings.get(number)));
            }
            for (Manifest.Metric metric : manifest.metrics().orElse(List.of())) {
                for (MetricFile file : metric.files()) {
                    CheckedObject checked = check(session, manifest, metric, file, differences);
                    objects.add(checked);
                    progress.accept(checked);
                }
            }
        }
        return new Verification(objects, differences);
    }

    private CheckedObject check(
            DuckDbSession session, Manifest manifest, ManifestBatch batch, BatchFile file, List<Difference> differences)
            throws IOException, InterruptedException {
        List<Difference> found = new ArrayList<>();
        long rows = 0;
        if (keyIsOwn(manifest, batch, file)) {
            BatchCheck check = new BatchCheck(session, manifest, batch, file, output.uri(file.key()));
            found.addAll(fetched(file.key(), check::check));
            rows = check.rows();
        } else {
            found.add(notOwn(manifest, file.key()));
        }
        differences.addAll(found);
        return new CheckedObject(file.key(), file.table(), batch.number(), rows, file.sizeBytes(), found.size());
    }

    private CheckedObject check(
            DuckDbSession session,
            Manifest manifest,
            Manifest.Metric metric,
            MetricFile file,
            List<Difference> differences)
            throws IOException, InterruptedException {
        List<Difference> found = new ArrayList<>();
        String own = ObjectKeys.batchMetric(manifest.day(), manifest.plan(), metric.name(), file.batch());
        if (file.key().equals(own)) {
            MetricCheck check = new MetricCheck(session, metric, file, output.uri(own));
            found.addAll(fetched(own, check::check));
        } else {
            found.add(notOwn(manifest, file.key()));
        }
        differences.addAll(found);
        return new CheckedObject(
                file.key(), "metrics-" + metric.name(), file.batch(), file.rows(), file.sizeBytes(), found.size());
    }

    private List<Difference> check(DuckDbSession session, Manifest manifest, int number, ListingsFile file)
            throws IOException, InterruptedException {
        return file.key().equals(ObjectKeys.listings(manifest.day(), manifest.plan(), number))
                ? fetched(file.key(), new ListingsCheck(session, file, output.uri(file.key()))::check)
                : List.of(notOwn(manifest, file.key()));
    }

    private Difference notOwn(Manifest manifest, String key) {
        return new Difference(
                output.uri(ObjectKeys.manifest(manifest.day())),
                "object " + key + " is not where batches of this plan lie, so it was not read");
    }

    /** Whether the key is the one that the plan gives the object; no other key of a manifest is ever followed. */
    private static boolean keyIsOwn(Manifest manifest, ManifestBatch batch, BatchFile file) {
        return manifest.tables().stream().anyMatch(table -> table.name().equals(file.table()))
                && file.key().equals(ObjectKeys.batch(manifest.day(), manifest.plan(), file.table(), batch.number()));
    }

    /** Looks at a local file and says what differs. */
    private interface Check {
        List<Difference> check(Path file) throws IOException, InterruptedException;
    }

    private List<Difference> fetched(String key, Check check) throws IOException, InterruptedException {
        Path local = scratch.resolve("verified.parquet");
        try {
            fetch(output.head(key), local);
            return check.check(local);
        } catch (ObjectStoreException e) {
            if (e.kind() == ObjectStoreException.Kind.NOT_FOUND) {
                return List.of(new Difference(output.uri(key), "is missing"));
            }
            throw e;
        } finally {
            Files.deleteIfExists(local);
        }
    }

    private void fetch(StoredObject object, Path target) throws IOException {
        List<ByteRange> ranges = new ArrayList<>();
        for (long offset = 0; offset < object.sizeBytes(); offset += PART_BYTES) {
            ranges.add(new ByteRange(offset, Math.min(PART_BYTES, object.sizeBytes() - offset)));
        }
        try (FileChannel channel = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            if (!ranges.isEmpty()) {
                output.readInto(object, ranges, channel);
            }
        }
    }

    /**
     * Objects of the plan that the manifest does not name: a reader who lists instead of reading the manifest takes
     * them.
     */
    private List<Difference> unlisted(Manifest manifest) throws IOException {
        Set<String> named = new HashSet<>();
        manifest.batches().forEach(batch -> batch.files().forEach(file -> named.add(file.key())));
        manifest.metrics().orElse(List.of()).forEach(metric -> metric.files().forEach(file -> named.add(file.key())));
        manifest.listings().orElse(List.of()).forEach(file -> named.add(file.key()));
        List<Difference> unlisted = new ArrayList<>();
        output.list(ObjectKeys.outputPrefix(manifest.day(), manifest.plan()), object -> {
            if (!named.contains(object.key())) {
                unlisted.add(new Difference(output.uri(object.key()), "is not in the manifest"));
            }
        });
        return unlisted;
    }
}
