package io.tickshred.planner.estimate;

import io.tickshred.duckdb.TableReferences;
import io.tickshred.model.TableDefinition;
import io.tickshred.store.ObjectStore;
import java.time.LocalDate;

/** A table of a day, whose listings are to be weighed. */
public record SourceTable(ObjectStore store, TableReferences references, LocalDate date) {
    public TableDefinition definition() {
        return references.table();
    }

    public String name() {
        return definition().name();
    }
}
