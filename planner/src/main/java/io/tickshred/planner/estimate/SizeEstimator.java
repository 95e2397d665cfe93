package io.tickshred.planner.estimate;

import io.tickshred.duckdb.TableReferences;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStore;
import java.util.Optional;
import java.util.Set;

/** Estimates how much of a table each listing has. */
public interface SizeEstimator {
    /**
     * Begins with a table: what is returned is then shown every object of it, and closed.
     *
     * @param universe the wanted listings; empty to find them in the data
     */
    TableEstimate begin(ObjectStore store, TableReferences table, Optional<Set<String>> universe)
            throws PlanException, InterruptedException;
}
