package io.tickshred.planner.plan;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchMapPart;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Batch;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.PlanFigures;
import io.tickshred.model.PlanForecast;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.batching.ListingSize;
import io.tickshred.planner.batching.PackedBatch;
import io.tickshred.planner.chunking.ChunkTasks;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.FittedChunks;
import io.tickshred.planner.chunking.FittedChunks.TableChunks;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.discovery.DayObjects;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.estimate.DaySizes;
import io.tickshred.planner.estimate.SizeEstimator;
import io.tickshred.planner.estimate.SizeEstimators;
import io.tickshred.planner.estimate.SourceTable;
import io.tickshred.planner.estimate.TableEstimate;
import io.tickshred.planner.naive.ModeChooser;
import io.tickshred.planner.naive.NaiveBatches;
import io.tickshred.planner.naive.NaiveReads;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.scan.ListingFolders;
import io.tickshred.planner.universe.Universe;
import io.tickshred.planner.universe.UniverseReader;
import io.tickshred.store.ObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Plans one day: lists its objects, reads their footers, estimates its listings, packs them into batches and cuts the
 * objects into chunks. Reads much and writes nothing. Thread-safe.
 */
public final class DayPlanner {
    private final Function<String, ObjectStore> stores;
    private final SizeEstimators estimators;
    private final FooterScan scan;
    private final Path scratch;
    private final MemoryBudget budget;
    private final FleetTerms fleet;

    public DayPlanner(
            Function<String, ObjectStore> stores,
            SizeEstimators estimators,
            FooterScan scan,
            Path scratch,
            MemoryBudget budget,
            FleetTerms fleet) {
        this.stores = stores;
        this.estimators = estimators;
        this.scan = scan;
        this.scratch = scratch;
        this.budget = budget;
        this.fleet = fleet;
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
        DayObjects objects = DayObjects.list(store, dataset, tables, request.date(), request.exclude());
        requireAny(objects, tables, request.date(), store);
        List<DayTables.Found> found = new ArrayList<>();
        Optional<Universe> universe;
        SizeEstimator estimator;
        try (Scratch directory = Scratch.open(scratch, "plan-" + plan, 0);
                DuckDbSession session = DuckDbSession.open(directory.directory(), budget)) {
            for (TableDefinition table : tables) {
                found.add(DayTables.find(store, session, table, objects.of(table.name())));
            }
            ListingType type = DayTables.listingTypeOfFirst(found);
            universe = universe(dataset, request.date(), type, session);
            estimator = estimators.open(dataset, tables, request.day(), type, universe, session);
        } catch (TaskException | DuckDbException e) {
            throw new PlanException("cannot plan " + request.day() + ": " + e.getMessage(), e);
        }

        DaySizes sizes = new DaySizes(dataset.estimator(), universe, estimator::market);
        Map<String, ListingFolders> folders = new LinkedHashMap<>();
        ModeChooser mode = new ModeChooser(request.mode(), dataset.mode(), folders);
        List<TableObjects> sources = new ArrayList<>();
        DayRows rows = new DayRows();
        for (DayTables.Found table : found) {
            SourceTable source = new SourceTable(store, table.references(), request.date());
            try (TableEstimate estimate = estimator.begin(source)) {
                List<SourceObject> scanned = scan.scan(
                        store,
                        table.name(),
                        table.schema(),
                        table.objects(),
                        mode.watching(table.name(), estimate, table.references().listing()));
                sources.add(new TableObjects(table.name(), scanned));
                sizes.add(table.name(), estimate, scanned);
                rows.add(
                        table.name(),
                        table.references().listing(),
                        scanned.size(),
                        scanned.stream().mapToLong(SourceObject::rows).sum(),
                        estimate.rowsWithoutListing(),
                        estimate.exact());
                estimate.folders().ifPresent(known -> folders.put(table.name(), known));
            }
        }
        List<DayTables.Compiled> compiled = new ArrayList<>();
        List<String> metrics;
        try (Scratch directory = Scratch.open(scratch, "plan-" + plan, 0);
                DuckDbSession session = DuckDbSession.open(directory.directory(), budget)) {
            for (DayTables.Found table : found) {
                compiled.add(DayTables.compile(session, table));
            }
            MetricBinding binding = new MetricBinding();
            compiled.forEach(table -> binding.add(table.definition(), table.sql()));
            metrics = binding.failures(dataset, request.date(), directory.directory());
        } catch (TaskException | DuckDbException e) {
            throw new PlanException("cannot plan " + request.day() + ": " + e.getMessage(), e);
        }
        List<ListingSize> listings = sizes.all();
        if (listings.isEmpty()) {
            throw rows.noListing(request.day());
        }
        Packing packing = Packing.of(
                dataset.batching(),
                DayTables.listingType(compiled),
                listings,
                universe,
                folders.values(),
                compiled.stream().map(t -> t.definition().caps()).toList());
        List<String> notes = new ArrayList<>(estimator.notes());
        universe.ifPresent(u -> notes.addAll(u.notes()));
        notes.addAll(sizes.notes());
        notes.addAll(rows.notes());
        notes.addAll(metrics);
        Optional<Long> outside = sizes.exact() ? Optional.of(rows(sources) - sizes.inside()) : Optional.empty();
        Unlisted unlisted = outside.isEmpty() && dataset.universe().isEmpty() ? Unlisted.ADOPTED : Unlisted.OUTSIDE;
        List<Batch> batches = packing.batches().stream().map(PackedBatch::batch).toList();
        List<String> told = new ArrayList<>(notes);
        told.addAll(request.exclude());
        ModeChooser.Chosen chosen = mode.choose(packing.type(), batches, unlisted, sources, told);
        List<TableObjects> chunked = chosen.naive().isPresent() ? List.of() : sources;
        FittedChunks chunks = FittedChunks.of(chunked, dataset.chunks(), fleet.workerMemory(), batches.size());
        notes.addAll(chunks.notes());
        PlanFigures figures = packing.figures(
                dataset.estimator().kind(),
                sizes.exact(),
                estimator.from(),
                notes,
                chosen.choice(),
                forecast(dataset, sources, estimator.requests(), batches.size(), chunks, chosen));
        return assemble(
                dataset,
                compiled,
                request,
                plan,
                replaces,
                now,
                packing,
                figures,
                sources,
                chunks,
                chosen.naive(),
                outside,
                unlisted);
    }

    private PlanForecast forecast(
            DatasetDefinition dataset,
            List<TableObjects> sources,
            long estimating,
            int batches,
            FittedChunks chunks,
            ModeChooser.Chosen chosen) {
        RequestForecast requests =
                RequestForecast.of(dataset, sources, estimating, batches, chunks.tasks(), chosen.naive());
        List<TableChunks> tables = chunks.byTable();
        return new PlanForecast(
                (long) batches * tables.stream().mapToInt(TableChunks::chunks).sum(),
                requests.stagedObjects,
                requests.puts,
                requests.gets,
                fleet.prices().of(requests.puts, requests.gets),
                tables.stream().mapToLong(TableChunks::largestMemoryBytes).max().orElse(0),
                fleet.workerMemory(),
                chosen.largest().map(NaiveReads.Largest::bytes),
                chosen.largest().map(NaiveReads.Largest::diskBytes));
    }

    /** A day of which nothing is there is no day of empty tables. */
    private static void requireAny(DayObjects objects, List<TableDefinition> tables, LocalDate date, ObjectStore store)
            throws PlanException {
        if (tables.stream().allMatch(table -> objects.of(table.name()).isEmpty())) {
            throw new PlanException(
                    "no table has an object on " + date + " in " + store.uri("") + " (all are optional: "
                            + tables.stream().map(TableDefinition::name).collect(Collectors.joining(", "))
                            + "); check the date and the dataset's input");
        }
    }

    private Optional<Universe> universe(
            DatasetDefinition dataset, LocalDate date, ListingType type, DuckDbSession session)
            throws PlanException, InterruptedException {
        return dataset.universe().isEmpty()
                ? Optional.empty()
                : Optional.of(UniverseReader.read(
                        stores,
                        dataset.input(),
                        dataset.universe().get(),
                        dataset.batching().groupBy(),
                        date,
                        type,
                        session));
    }

    /** Whether no table has any object of a day. */
    boolean isEmpty(DatasetDefinition dataset, List<TableDefinition> tables, LocalDate date) throws PlanException {
        return DayObjects.isEmpty(open(dataset), dataset, tables, date);
    }

    private DayPlan assemble(
            DatasetDefinition dataset,
            List<DayTables.Compiled> compiled,
            PlanRequest request,
            PlanId plan,
            Optional<PlanId> replaces,
            Instant now,
            Packing packing,
            PlanFigures figures,
            List<TableObjects> sources,
            FittedChunks fitted,
            Optional<NaiveBatches> naive,
            Optional<Long> outside,
            Unlisted unlisted)
            throws PlanException {
        ListingType type = packing.type();
        List<Batch> batches = packing.batches().stream().map(PackedBatch::batch).toList();
        List<BatchMapPart> map = BatchMapParts.of(
                plan,
                type,
                batches,
                compiled.stream().map(DayTables.Compiled::columns).toList());
        ChunkTasks.Summary chunks = fitted.tasks().summary();
        PlanHeader header = PlanHeader.builder()
                .plan(plan)
                .day(request.day())
                .fingerprint(dataset.fingerprint())
                .tables(compiled.stream().map(DayTables.Compiled::name).toList())
                .listingType(type)
                .batches(batches.size())
                .listings(batches.stream().mapToInt(b -> b.listings().size()).sum())
                .mapParts(map.size())
                .chunks(chunks.chunks())
                .sources(objects(sources))
                .rows(rows(sources))
                .excluded(request.exclude())
                .createdAt(now)
                .outside(outside)
                .replaces(replaces)
                .unlisted(unlisted)
                .figures(figures)
                .build();
        DayPlan made = new DayPlan(
                header,
                naive.map(NaiveBatches::sources).orElse(chunks.sources()),
                map,
                fitted,
                naive,
                packing.batches(),
                packing.note(header, figures));
        made.requireSmallRecords();
        return made;
    }

    private static int objects(List<TableObjects> sources) {
        return sources.stream().mapToInt(t -> t.objects().size()).sum();
    }

    private static long rows(List<TableObjects> sources) {
        return sources.stream()
                .flatMap(table -> table.objects().stream())
                .mapToLong(SourceObject::rows)
                .sum();
    }

    private ObjectStore open(DatasetDefinition dataset) throws PlanException {
        try {
            return stores.apply(dataset.input());
        } catch (IllegalArgumentException e) {
            throw new PlanException("input of dataset " + dataset.name() + ": " + e.getMessage(), e);
        }
    }
}
