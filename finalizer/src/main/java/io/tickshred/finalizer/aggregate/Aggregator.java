package io.tickshred.finalizer.aggregate;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowOrderSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.finalizer.publish.ManifestStore;
import io.tickshred.finalizer.publish.Versions;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.Sha256;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.AggregateStatus;
import io.tickshred.message.AggregateTask;
import io.tickshred.model.AggregateManifest;
import io.tickshred.model.AggregateManifest.AggregatedDay;
import io.tickshred.model.ColumnType;
import io.tickshred.model.Day;
import io.tickshred.model.Manifest;
import io.tickshred.model.MetricColumn;
import io.tickshred.model.MetricFile;
import io.tickshred.model.MissingDayRule;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Puts a metric's days into one object, sorted by all columns from left to right: by listing first, then by date and
 * bucket. One day's objects are fetched at a time, checked by their SHA-256, and kept as one file; DuckDB merges the
 * files within its memory and spills beyond it. Rows and hash of what went in are those of what was written, read back.
 * The same days give the same bytes, so every step may be done again after a crash in any other.
 */
public final class Aggregator {
    private static final int ROW_GROUP_ROWS = 65_536;
    private static final int MAX_NAMED = 5;

    private final ObjectStore output;
    private final Path scratchRoot;
    private final DuckDbEngines engines;
    private final Fetches fetches;
    private final Versions versions;
    private final ManifestStore manifests;

    public Aggregator(ObjectStore output, Path scratchRoot, DuckDbEngines engines, Fetches fetches, Versions versions) {
        this.output = output;
        this.scratchRoot = scratchRoot;
        this.engines = engines;
        this.fetches = fetches;
        this.versions = versions;
        this.manifests = new ManifestStore(output);
    }

    /**
     * Merges, proves and publishes.
     *
     * @throws TaskException {@code POISON} when a day is missing and the rule is to fail, days differ in the metric's
     *     definition, an object is not what its manifest says, or another aggregate is published; {@code RETRY} when
     *     the store, the disk or the memory gave out, or a day or the aggregate was replaced meanwhile
     */
    public AggregateStatus aggregate(AggregateTask task) throws TaskException, InterruptedException {
        String what = "metric " + task.metric() + " over " + task.range();
        try (Scratch scratch = Scratch.open(scratchRoot, "aggregate-" + task.metric(), 0)) {
            AggregateSources sources = AggregateSources.look(manifests, task);
            requireDays(task, sources, what);
            Merged merged = merge(task, sources, scratch, what);
            AggregateManifest manifest = merged.manifest();
            AggregateStore store = new AggregateStore(output);
            // What is refused is refused before anything is uploaded: nobody would look for the object.
            Optional<String> before = store.published(manifest, task.force());
            String uri = before.isPresent() ? before.get() : publish(task, store, merged);
            return new AggregateStatus(
                    task.range(),
                    task.metric(),
                    AggregateStatus.State.DONE,
                    manifest.days().size(),
                    manifest.missing().size(),
                    manifest.proof().rows(),
                    Optional.of(uri),
                    Optional.empty(),
                    task.askedAt());
        } catch (DuckDbException e) {
            throw TaskFailures.of("cannot aggregate " + what, Optional.empty(), e);
        } catch (IOException e) {
            throw TaskFailures.of("cannot aggregate " + what, Optional.empty(), e);
        }
    }

    private static void requireDays(AggregateTask task, AggregateSources sources, String what) throws TaskException {
        if (sources.plans().isEmpty() || (!sources.missing().isEmpty() && task.onMissingDay() == MissingDayRule.FAIL)) {
            int all = sources.plans().size() + sources.missing().size();
            throw new TaskException(
                    TaskException.Kind.POISON,
                    sources.missing().size() + " of " + all + " days of " + what + " are missing: "
                            + sources.missing().stream()
                                    .limit(MAX_NAMED)
                                    .map(day -> day.date() + " (" + day.reason().orElse("not run") + ")")
                                    .collect(Collectors.joining(", "))
                            + (sources.missing().size() > MAX_NAMED ? " and others" : "")
                            + (sources.plans().isEmpty()
                                    ? "; run the range first"
                                    : "; run them, or have them listed with onMissingDay: list"),
                    Optional.empty());
        }
    }

    /**
     * An aggregate that is proven and not yet uploaded.
     *
     * @param etags of the days' manifests as they were when their objects were fetched
     */
    private record Merged(Path file, AggregateManifest manifest, Map<LocalDate, String> etags) {}

    private String publish(AggregateTask task, AggregateStore store, Merged merged) throws IOException, TaskException {
        // Also where it is there already, which it is byte for byte: an orphan is old, and a sweep may be after it.
        output.write(merged.manifest().key(), merged.file());
        return store.publish(merged.manifest(), task.force(), () -> requirePlans(task, merged));
    }

    /** The days are still those that were fetched. */
    private void requirePlans(AggregateTask task, Merged merged) throws IOException, TaskException {
        for (AggregatedDay day : merged.manifest().days()) {
            requirePlan(
                    task,
                    day.date(),
                    day.plan(),
                    Optional.ofNullable(merged.etags().get(day.date())));
        }
    }

    private void requirePlan(AggregateTask task, LocalDate date, PlanId plan, Optional<String> etag)
            throws IOException, TaskException {
        Optional<String> found = Optional.empty();
        try {
            found = Optional.of(
                    output.head(ObjectKeys.manifest(day(task, date))).etag());
        } catch (ObjectStoreException e) {
            if (e.kind() != ObjectStoreException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        if (found.isEmpty() || !found.equals(etag)) {
            again(task, date, plan);
        }
    }

    private Merged merge(AggregateTask task, AggregateSources sources, Scratch scratch, String what)
            throws IOException, TaskException, DuckDbException, InterruptedException {
        Path merged = scratch.directory().resolve("aggregate.parquet");
        Path days = Files.createDirectories(scratch.directory().resolve("days"));
        List<String> columns =
                sources.columns().stream().map(MetricColumn::name).toList();
        List<AggregatedDay> parts = new ArrayList<>();
        Map<LocalDate, String> etags = new HashMap<>();
        Proof expected = Proof.EMPTY;
        for (Map.Entry<LocalDate, PlanId> day : sources.plans().entrySet()) {
            AggregateDay found = again(task, day.getKey(), day.getValue());
            Manifest.Metric metric = found.metric().orElseThrow();
            etags.put(day.getKey(), found.etag());
            Path file = days.resolve(day.getKey() + ".parquet");
            expected = expected.plus(day(
                    metric, sources.columns(), scratch, file, what, () -> again(task, day.getKey(), day.getValue())));
            parts.add(new AggregatedDay(
                    day.getKey(), day.getValue(), metric.files().size(), metric.rows(), digest(metric.files())));
        }
        Proof found = merge(days, columns, merged, what);
        if (!found.equals(expected)) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the proof of " + what + " does not hold: its days have " + expected + ", merged " + found
                            + "; please report this",
                    Optional.empty());
        }
        String sha256 = Sha256.of(merged);
        String key = ObjectKeys.aggregateObject(task.range(), task.metric(), sha256);
        AggregateManifest manifest = new AggregateManifest(
                AggregateManifest.FORMAT,
                task.range(),
                task.metric(),
                sources.definition(),
                RowHash.ALGORITHM,
                versions.tickshred(),
                versions.duckdb(),
                sources.settings(),
                sources.columns(),
                key,
                Files.size(merged),
                sha256,
                found,
                parts,
                task.skipped(),
                sources.missing());
        return new Merged(merged, manifest, etags);
    }

    /** The day's manifest once more: not all are held at once. */
    private AggregateDay again(AggregateTask task, LocalDate date, PlanId plan) throws IOException, TaskException {
        AggregateDay day = AggregateDay.read(manifests, day(task, date), task.metric());
        if (day.metric().isEmpty() || !day.plan().equals(Optional.of(plan))) {
            throw new TaskException(
                    TaskException.Kind.RETRY,
                    "day " + day(task, date) + " was replaced while it was aggregated",
                    Optional.of(ObjectKeys.manifest(day(task, date))));
        }
        return day;
    }

    /** Fetches the objects of a day and makes one file of them, with the types that hold every day's values. */
    private Proof day(
            Manifest.Metric metric,
            List<MetricColumn> columns,
            Scratch scratch,
            Path target,
            String what,
            AggregateStore.Condition unchanged)
            throws IOException, TaskException, DuckDbException, InterruptedException {
        List<String> names = columns.stream().map(MetricColumn::name).toList();
        scratch.require(
                3 * metric.files().stream().mapToLong(MetricFile::sizeBytes).sum());
        Path directory = Files.createDirectories(scratch.directory().resolve("batches"));
        List<Path> files = fetches.all(
                IntStream.range(0, metric.files().size()).boxed().toList(),
                number -> fetch(metric.files().get(number), directory.resolve(number + ".parquet"), unchanged));
        String from = " FROM (SELECT " + casts(metric.columns(), columns) + " FROM read_parquet("
                + files.stream().map(Sql::path).collect(Collectors.joining(", ", "[", "]"))
                + ", hive_partitioning=false))";
        Proof proof;
        try (DuckDbSession session = engines.openSingleThreaded(scratch.directory())) {
            proof = proof(session, names, from);
            session.execute("COPY (SELECT " + Sql.identifiers(names) + from + ") TO " + Sql.path(target)
                    + " (FORMAT parquet, COMPRESSION lz4_raw)");
        }
        for (Path file : files) {
            Files.delete(file);
        }
        if (proof.rows() != metric.rows()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    "the objects of " + what + " for " + target.getFileName() + " hold " + proof.rows()
                            + " rows, the day's manifest says " + metric.rows(),
                    Optional.empty());
        }
        return proof;
    }

    /** A wider type's name is one of a closed set; what needs none is taken as it is. */
    private static String casts(List<MetricColumn> own, List<MetricColumn> wanted) {
        return IntStream.range(0, wanted.size())
                .mapToObj(i -> {
                    String name = Sql.identifier(wanted.get(i).name());
                    return own.get(i).type().equals(wanted.get(i).type())
                            ? name
                            : "CAST(" + name + " AS "
                                    + new ColumnType(wanted.get(i).type()).sql().orElseThrow() + ") AS " + name;
                })
                .collect(Collectors.joining(", "));
    }

    private Path fetch(MetricFile file, Path target, AggregateStore.Condition unchanged) throws TaskException {
        try {
            StoredObject object = output.head(file.key());
            try (FileChannel channel =
                    FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                output.readInto(object, List.of(new ByteRange(0, object.sizeBytes())), channel);
            }
            String sha256 = Sha256.of(target);
            if (!sha256.equals(file.sha256())) {
                throw new TaskException(
                        TaskException.Kind.POISON,
                        "object " + file.key() + " is not what its manifest says: its SHA-256 is " + sha256 + ", not "
                                + file.sha256() + "; run its day again by force",
                        Optional.of(output.uri(file.key())));
            }
            return target;
        } catch (IOException e) {
            TaskException failure =
                    TaskFailures.of("cannot fetch a metric's object", Optional.of(output.uri(file.key())), e);
            if (failure.kind() == TaskException.Kind.POISON) {
                requireUnchanged(unchanged);
            }
            throw failure;
        }
    }

    /** The objects of a day that was replaced are deleted: what is gone says nothing then. */
    private static void requireUnchanged(AggregateStore.Condition unchanged) throws TaskException {
        try {
            unchanged.check();
        } catch (IOException e) {
            throw TaskFailures.of("cannot read a day's manifest again", Optional.empty(), e);
        }
    }

    /** On one thread: rows that differ in nothing that is compared keep the order of the days. */
    private Proof merge(Path days, List<String> columns, Path target, String what)
            throws DuckDbException, InterruptedException, TaskException {
        Path directory = days.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException("days must lie in scratch: " + days);
        }
        try (DuckDbSession session = engines.openSingleThreaded(directory)) {
            session.execute("COPY (SELECT " + Sql.identifiers(columns) + " FROM read_parquet("
                    + Sql.literal(days + "/*.parquet") + ", hive_partitioning=false) ORDER BY ALL) TO "
                    + Sql.path(target) + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")");
            long disorder = session.query(RowOrderSql.disorder(target, columns), row -> row.int64(0))
                    .get(0);
            if (disorder > 0) {
                throw new TaskException(
                        TaskException.Kind.POISON,
                        disorder + " rows of " + what + " as written come before the row in front of them: please"
                                + " report this",
                        Optional.empty());
            }
            return proof(session, columns, " FROM read_parquet(" + Sql.path(target) + ", hive_partitioning=false)");
        }
    }

    private static Proof proof(DuckDbSession session, List<String> columns, String from)
            throws DuckDbException, InterruptedException {
        return session.query(
                        "SELECT count(*), " + RowHashSql.aggregate(columns) + from,
                        row -> new Proof(row.int64(0), RowHashSql.read(row, 1)))
                .get(0);
    }

    private static String digest(List<MetricFile> files) throws IOException {
        StringBuilder lines = new StringBuilder();
        files.forEach(file ->
                lines.append(file.key()).append(' ').append(file.sha256()).append('\n'));
        return Sha256.of(new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static Day day(AggregateTask task, LocalDate date) {
        return new Day(task.range().dataset(), date);
    }
}
