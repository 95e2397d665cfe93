package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.Day;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.universe.Universe;
import io.tickshred.store.ObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes the estimator that a dataset's file asks for. */
public final class SizeEstimators {
    private final Function<String, ObjectStore> stores;
    private final Path scratch;
    private final MemoryBudget budget;

    public SizeEstimators(Function<String, ObjectStore> stores, Path scratch, MemoryBudget budget) {
        this.stores = stores;
        this.scratch = scratch;
        this.budget = budget;
    }

    /**
     * The estimator of one day.
     *
     * @param tables that are planned, of the dataset's
     * @param session for what is read at once; its scratch directory is used
     */
    public SizeEstimator open(
            DatasetDefinition dataset,
            List<TableDefinition> tables,
            Day day,
            ListingType type,
            Optional<Universe> universe,
            DuckDbSession session)
            throws PlanException, InterruptedException {
        Optional<Set<String>> wanted = universe.map(Universe::listings);
        return switch (dataset.estimator().kind()) {
            case EXACT -> CountingEstimator.exact(scratch, budget, wanted);
            case SAMPLE ->
                CountingEstimator.sample(
                        scratch, budget, wanted, dataset.estimator().rowGroups());
            case FOOTER -> table -> new FooterEstimate(table, type, wanted.orElse(Set.of()));
            case REFERENCE -> ReferenceEstimator.read(stores, dataset, day.date(), type, session);
            case HISTORY ->
                HistoryEstimator.read(
                        output(dataset),
                        dataset,
                        tables,
                        day,
                        type,
                        CountingEstimator.exact(scratch, budget, wanted),
                        scratch,
                        budget);
        };
    }

    private ObjectStore output(DatasetDefinition dataset) throws PlanException {
        try {
            return stores.apply(dataset.output());
        } catch (IllegalArgumentException e) {
            throw new PlanException("output of dataset " + dataset.name() + ": " + e.getMessage(), e);
        }
    }
}
