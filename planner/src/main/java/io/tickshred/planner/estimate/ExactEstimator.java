package io.tickshred.planner.estimate;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Counts exactly, from the listing column alone: an object's listing column is mirrored, counted by listing with
 * DuckDB, and forgotten, so that memory is what the listings take, however many objects there are. A table's
 * {@code where} is not applied, which makes the counts those of all rows.
 */
public final class ExactEstimator implements SizeEstimator {
    private final Path scratch;
    private final MemoryBudget budget;

    public ExactEstimator(Path scratch, MemoryBudget budget) {
        this.scratch = scratch;
        this.budget = budget;
    }

    @Override
    public TableEstimate begin(ObjectStore store, TableReferences table, Optional<Set<String>> universe)
            throws PlanException {
        try {
            Scratch directory = Scratch.open(scratch, "estimate", 0);
            return new ExactCount(store, table, universe, directory, new SessionPool(directory.directory(), budget));
        } catch (TaskException e) {
            throw new PlanException("cannot count table " + table.table().name() + ": " + e.getMessage(), e);
        }
    }
}
