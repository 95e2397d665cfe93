package io.tickshred.shred;

import io.tickshred.duckdb.DefinitionException;
import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.duckdb.TableSql;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.log.LogKey;
import io.tickshred.log.LogLine;
import io.tickshred.message.ChunkTask;
import io.tickshred.model.AttemptId;
import io.tickshred.model.StagedRun;
import io.tickshred.model.StagingLayout;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.SparseMirror;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shreds chunks: fetches what it needs of the sources, counts and proves, routes, sorts, stages. The same chunk gives
 * the same staged bytes, whatever the number of threads. Thread-safe; knows nothing of messages on a log.
 */
final class Shredder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shredder.class);

    private final Path scratchRoot;
    private final DuckDbEngines engines;
    private final Fetches fetches = new Fetches();

    Shredder(Path scratchRoot, DuckDbEngines engines) {
        this.scratchRoot = scratchRoot;
        this.engines = engines;
    }

    /**
     * Shreds one chunk.
     *
     * @param attempt a fresh one, which names all that is staged
     * @throws TaskException {@code POISON} when a source is gone, changed, damaged, or does not go with the definition;
     *     {@code RETRY} when a store, the disk or the memory gave out
     */
    ShreddedChunk shred(
            ChunkTask task,
            TableDefinition table,
            StagingLayout layout,
            Routing routing,
            ObjectStore input,
            ObjectStore staging,
            AttemptId attempt)
            throws TaskException, InterruptedException {
        String name = "chunk-" + task.plan() + "-" + task.chunk();
        String what = "cannot shred chunk " + task.chunk() + " of " + table.name() + " on " + task.day() + ", attempt "
                + attempt;
        try (Scratch scratch = Scratch.open(scratchRoot, name, 0)) {
            ChunkSources chunk = new ChunkSources(input, fetches);
            Compiled compiled = compile(table, task, chunk, routing, what, scratch.directory());
            List<Source> sources = compiled.sources();
            TableSql sql = compiled.sql();
            scratch.require(neededBytes(sources, sql.sourceColumns()));
            List<Source> mirrored = chunk.mirror(sources, sql.columns());
            Path schema = scratch.directory().resolve("schema.parquet");
            Source first = sources.get(0);
            SparseMirror.writeSchema(first.footer(), first.names(sql.columns()), schema);
            ChunkSql statements =
                    new ChunkSql(sql, new ChunkRelation(sql.columns(), mirrored, first, schema), routing.listings());
            Work work = new Work(sources, mirrored, statements, routing, scratch.directory());
            RunStager stager = new RunStager(staging, task, attempt);
            Staged staged = withinMemory(work, stager, layout, what);
            return new ShreddedChunk(
                    staged.tallies().sources(),
                    staged.run(),
                    mirrored.stream()
                            .mapToLong(s -> s.fetchedBytes(sql.sourceColumns()))
                            .sum(),
                    sources.stream()
                            .mapToInt(s -> s.task().rowGroups() - s.kept().size())
                            .sum());
        } catch (IOException e) {
            throw TaskFailures.of(what, Optional.empty(), e);
        }
    }

    @Override
    public void close() {
        fetches.close();
    }

    /** What the statements of one chunk work on. */
    private record Work(List<Source> sources, List<Source> mirrored, ChunkSql sql, Routing routing, Path scratch) {
        Path run() {
            return scratch.resolve("run.parquet");
        }
    }

    private record Staged(Tallies tallies, StagedRun run) {}

    /**
     * Sorting needs memory for each thread: what does not fit with all of them may with one, and gives the same bytes.
     */
    private Staged withinMemory(Work work, RunStager stager, StagingLayout layout, String what)
            throws TaskException, IOException, InterruptedException {
        try {
            return stage(work, stager, layout, engines::open);
        } catch (DuckDbException e) {
            if (e.kind() != DuckDbException.Kind.OUT_OF_MEMORY || engines.each().threads() == 1) {
                throw explained(work, what, e);
            }
            LogLine.info(LOG, "Chunk sorted again with one thread")
                    .with(LogKey.THREADS, engines.each().threads())
                    .with(LogKey.SCRATCH, work.scratch().getFileName())
                    .with(LogKey.REASON, e.getMessage())
                    .write();
        }
        try {
            Files.deleteIfExists(work.run());
            return stage(work, stager, layout, engines::openSingleThreaded);
        } catch (DuckDbException e) {
            throw explained(work, what, e);
        }
    }

    /** Opens one of the engines. */
    private interface Engine {
        DuckDbSession open(Path scratch) throws DuckDbException, InterruptedException;
    }

    private static Staged stage(Work work, RunStager stager, StagingLayout layout, Engine engine)
            throws DuckDbException, TaskException, IOException, InterruptedException {
        Tallies tallies;
        List<RunStager.Part> parts = List.of();
        try (DuckDbSession session = engine.open(work.scratch())) {
            work.routing().load(session, work.sql().listings());
            tallies = Tallies.of(work.sources(), work.mirrored(), work.sql().tallies(session));
            session.execute(work.sql().copy(work.run(), tallies));
            requireAll(tallies, RunStager.rows(work.run()));
            if (layout == StagingLayout.PARTITIONED) {
                parts = stager.split(session, work.sql(), work.run(), tallies.proofs());
            }
        }
        // Others may compute while this uploads.
        return new Staged(
                tallies,
                layout == StagingLayout.PARTITIONED
                        ? stager.partitioned(parts)
                        : stager.packed(work.run(), tallies.proofs()));
    }

    private static void requireAll(Tallies tallies, long written) throws TaskException {
        if (written != tallies.routed()) {
            throw new TaskException(
                    TaskException.Kind.RETRY,
                    "the run has " + written + " rows, " + tallies.routed()
                            + " were counted as routed: the sources were not read the same way twice",
                    Optional.empty());
        }
    }

    /** A chunk's sources, opened, and its table compiled against the day's columns. */
    private record Compiled(List<Source> sources, TableSql sql) {}

    private static Compiled compile(
            TableDefinition table, ChunkTask task, ChunkSources chunk, Routing routing, String what, Path scratch)
            throws TaskException, InterruptedException {
        String uri = chunk.uri(task.sources().get(0));
        try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
            TableReferences references = TableReferences.parse(session, table);
            List<Source> sources = chunk.open(task.sources(), references, routing, scratch);
            TableColumns day = chunk.day(sources, references, routing.columns(table.name()));
            TableSql sql = TableSql.compile(
                    session, references, day, Optional.of(sources.get(0).footer()));
            if (sql.listingType() != routing.listingType()) {
                throw new TaskException(
                        TaskException.Kind.POISON,
                        "listing column " + table.listing() + " of table " + table.name() + " is " + sql.listingType()
                                + " in " + uri + ", the plan's listings are " + routing.listingType(),
                        Optional.of(uri));
            }
            return new Compiled(sources, sql);
        } catch (DefinitionException e) {
            throw new TaskException(TaskException.Kind.POISON, e.getMessage() + " (" + uri + ")", Optional.of(uri), e);
        } catch (DuckDbException e) {
            throw TaskFailures.of(what, Optional.empty(), e);
        }
    }

    /** Lays an error to the source that it came from, by reading the sources one by one. */
    private TaskException explained(Work work, String what, DuckDbException failure) throws InterruptedException {
        if (failure.kind() == DuckDbException.Kind.OUT_OF_MEMORY || failure.kind() == DuckDbException.Kind.DISK) {
            return TaskFailures.of(what, Optional.empty(), failure);
        }
        for (Source source : work.mirrored()) {
            // A session of its own for each: a damaged page may leave the one before it unusable.
            try (DuckDbSession session = engines.open(work.scratch())) {
                session.execute(work.sql().probe(source));
            } catch (DuckDbException e) {
                if (e.kind() != DuckDbException.Kind.OUT_OF_MEMORY && e.kind() != DuckDbException.Kind.DISK) {
                    String reason = String.valueOf(e.getMessage())
                            .replace(source.mirror().toString(), source.uri());
                    return new TaskException(
                            TaskException.Kind.POISON,
                            "cannot read " + source.uri() + ": " + reason + "; replace the object or leave it out",
                            Optional.of(source.uri()),
                            failure);
                }
            }
        }
        return TaskFailures.of(what, Optional.empty(), failure);
    }

    /** The mirrors, the sort's spill, which is not compressed, and the run. */
    private static long neededBytes(List<Source> sources, Set<String> columns) {
        long fetched = sources.stream().mapToLong(s -> s.fetchedBytes(columns)).sum();
        long uncompressed =
                sources.stream().mapToLong(s -> s.uncompressedBytes(columns)).sum();
        return 2 * fetched + 2 * uncompressed;
    }
}
