package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DefinitionException;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.duckdb.TableSql;
import io.tickshred.fleet.TaskException;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterReader;
import io.tickshred.schema.Reconciliation;
import io.tickshred.schema.SchemaException;
import io.tickshred.store.file.FileObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The run of a table that had no object on a day: no rows, and the columns that the definition declares. */
final class EmptyRun {
    private EmptyRun() {}

    /** Writes the run into a directory and returns its footer. */
    static Footer write(TableDefinition table, Path directory)
            throws TaskException, DuckDbException, IOException, InterruptedException {
        Path run = directory.resolve("0.parquet");
        try (DuckDbSession session = DuckDbSession.open(directory, MemoryBudget.LEAST)) {
            TableReferences references = TableReferences.parse(session, table);
            TableSql sql = TableSql.compile(
                    session, references, Reconciliation.of(references.wanted(), List.of()), Optional.empty());
            session.execute("COPY (SELECT *, CAST(NULL AS INTEGER) AS " + Sql.identifier(StagedColumns.SOURCE)
                    + ", CAST(NULL AS BIGINT) AS " + Sql.identifier(StagedColumns.ROW) + " FROM (" + sql.withoutRows()
                    + ")) TO " + Sql.path(run) + " (FORMAT parquet)");
        } catch (DefinitionException | SchemaException e) {
            throw new TaskException(TaskException.Kind.POISON, String.valueOf(e.getMessage()), Optional.empty(), e);
        }
        try (FileObjectStore local = new FileObjectStore(directory)) {
            return FooterReader.read(local, local.head("0.parquet"));
        }
    }
}
