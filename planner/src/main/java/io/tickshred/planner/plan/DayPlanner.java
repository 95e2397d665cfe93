package io.tickshred.planner.plan;

import io.tickshred.duckdb.DefinitionException;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.duckdb.TableSql;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Batch;
import io.tickshred.model.ColumnType;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.batching.BatchingStrategy;
import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.batching.PackedBatch;
import io.tickshred.planner.chunking.ChunkLimits;
import io.tickshred.planner.chunking.ChunkTasks;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.discovery.DayObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.estimate.SizeEstimator;
import io.tickshred.planner.estimate.TableEstimate;
import io.tickshred.planner.estimate.UniverseReader;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.scan.TableSchema;
import io.tickshred.schema.ColumnTypes;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Plans one day: lists its objects, reads their footers, estimates its listings, packs them into batches and cuts the
 * objects into chunks. Reads much and writes nothing. Thread-safe.
 */
public final class DayPlanner {
    private static final int MAX_NAMED = 10;

    private final Function<String, ObjectStore> stores;
    private final SizeEstimator estimator;
    private final BatchingStrategy batching;
    private final FooterScan scan;
    private final Path scratch;
    private final MemoryBudget budget;
    private final long workerMemory;

    public DayPlanner(
            Function<String, ObjectStore> stores,
            SizeEstimator estimator,
            BatchingStrategy batching,
            FooterScan scan,
            Path scratch,
            MemoryBudget budget,
            long workerMemory) {
        this.stores = stores;
        this.estimator = estimator;
        this.batching = batching;
        this.scan = scan;
        this.scratch = scratch;
        this.budget = budget;
        this.workerMemory = workerMemory;
    }

    /**
     * Plans.
     *
     * @param tables those of the dataset to plan, in its order
     * @param replaces the published plan that this one is to take the place of
     */
    DayPlan plan(
            DatasetDefinition dataset,
            List<TableDefinition> tables,
            PlanRequest request,
            PlanId plan,
            Optional<PlanId> replaces,
            Instant now)
            throws PlanException, InterruptedException {
        ObjectStore store = open(dataset);
        DayObjects objects = DayObjects.list(store, tables, request.date(), request.exclude());
        List<Found> found = new ArrayList<>();
        Optional<Set<String>> universe;
        try (Scratch directory = Scratch.open(scratch, "plan-" + plan, 0);
                DuckDbSession session = DuckDbSession.open(directory.directory(), budget)) {
            for (TableDefinition table : tables) {
                found.add(find(store, session, table, objects.of(table.name())));
            }
            universe = universe(store, session, dataset, request, found);
        } catch (TaskException | DuckDbException e) {
            throw new PlanException("cannot plan " + request.day() + ": " + e.getMessage(), e);
        }

        ListingSizes sizes = new ListingSizes(tables.size(), universe);
        List<TableObjects> sources = new ArrayList<>();
        long withoutListing = 0;
        long inside = 0;
        for (Found table : found) {
            try (TableEstimate estimate = estimator.begin(store, table.references, universe)) {
                List<SourceObject> scanned = scan.scan(store, table.name(), table.schema, table.objects, estimate);
                sources.add(new TableObjects(table.name(), scanned));
                sizes.add(sources.size() - 1, estimate.listings());
                withoutListing += estimate.rowsWithoutListing();
                inside += estimate.listings().values().stream()
                        .mapToLong(count -> count.rows())
                        .sum();
            }
        }
        List<Compiled> compiled = new ArrayList<>();
        try (Scratch directory = Scratch.open(scratch, "plan-" + plan, 0);
                DuckDbSession session = DuckDbSession.open(directory.directory(), budget)) {
            for (Found table : found) {
                compiled.add(compile(session, table));
            }
        } catch (TaskException | DuckDbException e) {
            throw new PlanException("cannot plan " + request.day() + ": " + e.getMessage(), e);
        }
        return assemble(dataset, compiled, request, plan, replaces, now, sizes.all(), sources, withoutListing, inside);
    }

    /** Whether no table has any object of a day. */
    boolean isEmpty(DatasetDefinition dataset, List<TableDefinition> tables, LocalDate date) throws PlanException {
        return DayObjects.isEmpty(open(dataset), tables, date);
    }

    private DayPlan assemble(
            DatasetDefinition dataset,
            List<Compiled> compiled,
            PlanRequest request,
            PlanId plan,
            Optional<PlanId> replaces,
            Instant now,
            List<ListingSize> sizes,
            List<TableObjects> sources,
            long withoutListing,
            long inside)
            throws PlanException {
        int objects = sources.stream().mapToInt(t -> t.objects().size()).sum();
        long rows = sources.stream()
                .flatMap(table -> table.objects().stream())
                .mapToLong(SourceObject::rows)
                .sum();
        if (sizes.isEmpty()) {
            throw new PlanException("no listing in " + request.day() + ": its " + objects + " objects have " + rows
                    + " rows, of which " + withoutListing + " have no value in the listing column");
        }
        ListingType type = listingType(compiled);
        List<PackedBatch> packed = batching.pack(
                type, sizes, compiled.stream().map(t -> t.definition().caps()).toList());
        List<Batch> batches = packed.stream().map(PackedBatch::batch).toList();
        List<BatchMapPart> map = BatchMapParts.of(
                plan, type, batches, compiled.stream().map(Compiled::columns).toList());
        ChunkTasks tasks = new ChunkTasks(sources, ChunkLimits.of(dataset.chunks(), workerMemory));
        ChunkTasks.Summary chunks = tasks.summary();
        PlanHeader header = new PlanHeader(
                plan,
                request.day(),
                dataset.fingerprint(),
                compiled.stream().map(Compiled::name).toList(),
                type,
                batches.size(),
                sizes.size(),
                map.size(),
                chunks.chunks(),
                objects,
                rows,
                Optional.of(rows - inside),
                request.exclude(),
                replaces,
                now);
        return new DayPlan(header, chunks.sources(), map, tasks, note(header, packed));
    }

    private static String note(PlanHeader header, List<PackedBatch> packed) {
        List<String> alone = packed.stream()
                .filter(PackedBatch::oversized)
                .map(batch -> batch.batch().listings().get(0))
                .toList();
        String plan = header.rows() + " rows of " + header.sources() + " objects in " + header.chunks() + " chunks, "
                + header.listings() + " listings in " + header.batches() + " batches";
        return alone.isEmpty()
                ? plan
                : plan + "; larger than a batch may be and therefore alone in one: "
                        + alone.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                        + (alone.size() > MAX_NAMED ? " and " + (alone.size() - MAX_NAMED) + " more" : "");
    }

    private ObjectStore open(DatasetDefinition dataset) throws PlanException {
        try {
            return stores.apply(dataset.input());
        } catch (IllegalArgumentException e) {
            throw new PlanException("input of dataset " + dataset.name() + ": " + e.getMessage(), e);
        }
    }

    /** Parses a table's definition, and reads the footer of its first object. */
    private static Found find(
            ObjectStore store, DuckDbSession session, TableDefinition table, List<StoredObject> objects)
            throws PlanException, DuckDbException, InterruptedException {
        try {
            TableReferences references = TableReferences.parse(session, table);
            Optional<Footer> first = objects.isEmpty()
                    ? Optional.empty()
                    : Optional.of(FooterScan.read(store, table.name(), objects.get(0)));
            return new Found(references, new TableSchema(references), objects, first);
        } catch (DefinitionException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }

    /** The wanted listings, in the form that the first table that has objects tells. */
    private static Optional<Set<String>> universe(
            ObjectStore store,
            DuckDbSession session,
            DatasetDefinition dataset,
            PlanRequest request,
            List<Found> tables)
            throws PlanException, InterruptedException {
        if (dataset.universe().isEmpty()) {
            return Optional.empty();
        }
        boolean strings = tables.stream()
                .flatMap(table -> table.listing().stream())
                .findFirst()
                .filter(type -> type.text().equals("VARCHAR"))
                .isPresent();
        return Optional.of(UniverseReader.read(
                store,
                dataset.universe().get(),
                request.date(),
                strings ? ListingType.STRING : ListingType.INT64,
                session));
    }

    /** Binds a table's definition to what the day's objects came to. */
    private static Compiled compile(DuckDbSession session, Found table)
            throws PlanException, DuckDbException, InterruptedException {
        TableColumns day = table.schema.ofTheDay();
        try {
            TableSql sql = TableSql.compile(session, table.references, day, table.first);
            return new Compiled(table.references.table(), sql, day);
        } catch (DefinitionException e) {
            if (table.first.isEmpty()) {
                throw new PlanException(
                        e.getMessage() + " (table " + table.name()
                                + " has no object, so its columns must all be declared under columns)",
                        e);
            }
            String key = table.first.get().object().key();
            throw new PlanException(e.getMessage() + " (by object " + key + ")", key, e);
        }
    }

    private static ListingType listingType(List<Compiled> tables) throws PlanException {
        Compiled first = tables.get(0);
        for (Compiled table : tables) {
            if (table.sql.listingType() != first.sql.listingType()) {
                throw new PlanException("listings must be of one type in all tables: "
                        + first.definition.listing() + " of table " + first.name() + " is " + first.sql.listingType()
                        + ", but " + table.definition.listing() + " of table " + table.name() + " is "
                        + table.sql.listingType());
            }
        }
        return first.sql.listingType();
    }

    /**
     * A table with all that is known before its objects are scanned.
     *
     * @param first footer of its first object, if it has one
     */
    private record Found(
            TableReferences references, TableSchema schema, List<StoredObject> objects, Optional<Footer> first) {
        String name() {
            return references.table().name();
        }

        Optional<ColumnType> listing() {
            return first.flatMap(footer -> footer.column(references.listing()))
                    .map(column -> ColumnTypes.of(column).type());
        }
    }

    /**
     * A table with what its objects came to.
     *
     * @param columns of the sources on the day, those among them that select replaces too: they hold its place
     */
    private record Compiled(TableDefinition definition, TableSql sql, TableColumns columns) {
        String name() {
            return definition.name();
        }
    }
}
