package io.tickshred.source;

import io.tickshred.duckdb.DefinitionException;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.duckdb.TableSql;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sources of a task, opened and held against the plan, and their table compiled against the day's columns.
 *
 * @param sources in the task's order
 */
public record OpenedSources(
        List<Source> sources, TableDefinition table, TableSql sql, SourceReader reader, Path scratch) {
    public OpenedSources {
        sources = List.copyOf(sources);
    }

    /**
     * Opens sources; nothing but footers is read.
     *
     * @param sources at least one
     * @param rowGroups which of them to read
     * @param what what fails with them, without a full stop
     * @param scratch directory for mirrors and spill
     * @throws TaskException {@code POISON} if an object is gone, changed, damaged or not what was planned
     */
    public static OpenedSources open(
            List<ChunkSource> sources,
            TableDefinition table,
            Routing routing,
            RowGroups rowGroups,
            ObjectStore input,
            Fetches fetches,
            String what,
            Path scratch)
            throws TaskException, InterruptedException {
        SourceReader reader = new SourceReader(input, fetches);
        String uri = reader.uri(sources.get(0));
        try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
            TableReferences references = TableReferences.parse(session, table);
            List<Source> opened = reader.open(sources, references, rowGroups, scratch);
            TableColumns day = reader.day(opened, references, routing.columns(table.name()));
            TableSql sql = TableSql.compile(
                    session, references, day, Optional.of(opened.get(0).footer()));
            if (sql.listingType() != routing.listingType()) {
                throw new TaskException(
                        TaskException.Kind.POISON,
                        "listing column " + table.listing() + " of table " + table.name() + " is " + sql.listingType()
                                + " in " + uri + ", the plan's listings are " + routing.listingType(),
                        Optional.of(uri));
            }
            return new OpenedSources(opened, table, sql, reader, scratch);
        } catch (DefinitionException e) {
            throw new TaskException(TaskException.Kind.POISON, e.getMessage() + " (" + uri + ")", Optional.of(uri), e);
        } catch (DuckDbException e) {
            throw TaskFailures.of(what, Optional.empty(), e);
        }
    }

    /** Mirrors the row groups to read, and makes one relation of the mirrors. */
    public SourceRelation mirror() throws TaskException, IOException, InterruptedException {
        List<Source> mirrored = reader.mirror(sources, sql.columns());
        Path schema = scratch.resolve("schema.parquet");
        Source first = sources.get(0);
        SparseMirror.writeSchema(first.footer(), first.names(sql.columns()), schema);
        return new SourceRelation(sql.columns(), mirrored, first, schema);
    }

    /** Bytes that {@link #mirror} fetches. */
    public long fetchedBytes() {
        Set<String> columns = sql.sourceColumns();
        return sources.stream().mapToLong(s -> s.fetchedBytes(columns)).sum();
    }

    /** Scratch that a task needs: the mirrors, a sort's spill, which is not compressed, and what it writes. */
    public long neededBytes() {
        Set<String> columns = sql.sourceColumns();
        long uncompressed =
                sources.stream().mapToLong(s -> s.uncompressedBytes(columns)).sum();
        return 2 * fetchedBytes() + 2 * uncompressed;
    }

    /**
     * Lays an error to the source that it came from, or to the expression that fails on it, by reading the sources one
     * by one.
     *
     * @param what what failed, without a full stop
     */
    public TaskException explained(SourceRelation relation, DuckDbEngines engines, String what, DuckDbException failure)
            throws InterruptedException {
        if (!SourceFault.lack(failure)) {
            SourceFault fault = new SourceFault(table, sql, relation, engines, scratch);
            for (Source source : relation.sources()) {
                Optional<String> reason = fault.of(source);
                if (reason.isPresent()) {
                    return new TaskException(
                            TaskException.Kind.POISON, reason.get(), Optional.of(source.uri()), failure);
                }
            }
        }
        return TaskFailures.of(what, Optional.empty(), failure);
    }
}
