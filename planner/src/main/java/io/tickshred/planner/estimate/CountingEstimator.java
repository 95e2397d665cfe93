package io.tickshred.planner.estimate;

import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.planner.discovery.PlanException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the listing column, all of it or some row groups of each object: an object's listing column is mirrored,
 * counted by listing with DuckDB, and forgotten, so that memory is what the listings take, however many objects there
 * are. A table's {@code where} is not applied, which makes the counts those of all rows.
 */
public final class CountingEstimator implements SizeEstimator {
    private final Path scratch;
    private final MemoryBudget budget;
    private final Optional<Set<String>> wanted;
    private final int rowGroups;
    private final LongAdder requests = new LongAdder();

    private CountingEstimator(Path scratch, MemoryBudget budget, Optional<Set<String>> wanted, int rowGroups) {
        this.scratch = scratch;
        this.budget = budget;
        this.wanted = wanted;
        this.rowGroups = rowGroups;
    }

    /**
     * Counts every row.
     *
     * @param wanted listings to keep; empty to find them in the data
     */
    public static CountingEstimator exact(Path scratch, MemoryBudget budget, Optional<Set<String>> wanted) {
        return new CountingEstimator(scratch, budget, wanted, Integer.MAX_VALUE);
    }

    /**
     * Counts some row groups of each object, spread evenly over it, and takes the others to be like them.
     *
     * @param rowGroups of each object, at most
     */
    public static CountingEstimator sample(
            Path scratch, MemoryBudget budget, Optional<Set<String>> wanted, int rowGroups) {
        return new CountingEstimator(scratch, budget, wanted, rowGroups);
    }

    @Override
    public long requests() {
        return requests.sum();
    }

    @Override
    public TableEstimate begin(SourceTable table) throws PlanException {
        try {
            Scratch directory = Scratch.open(scratch, "estimate", 0);
            return new ColumnCount(
                    table, wanted, rowGroups, directory, new SessionPool(directory.directory(), budget), requests::add);
        } catch (TaskException e) {
            throw new PlanException("cannot count table " + table.name() + ": " + e.getMessage(), e);
        }
    }
}
