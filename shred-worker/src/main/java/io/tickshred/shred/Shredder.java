package io.tickshred.shred;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
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
import io.tickshred.model.TableDefinition;
import io.tickshred.source.OpenedSources;
import io.tickshred.source.Routing;
import io.tickshred.source.RowGroups;
import io.tickshred.source.SourceRelation;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shreds chunks: fetches what it needs of the sources, counts and proves, routes, sorts by batch, stages. What is made
 * of the staged rows does not depend on the number of threads. Thread-safe; knows nothing of messages on a log.
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
            OpenedSources opened = OpenedSources.open(
                    task.sources(),
                    table,
                    routing,
                    RowGroups.wanted(routing),
                    input,
                    fetches,
                    what,
                    scratch.directory());
            scratch.require(opened.neededBytes());
            SourceRelation relation = opened.mirror();
            ChunkSql statements = new ChunkSql(opened.sql(), relation, routing.listings());
            Work work = new Work(opened, relation, statements, routing, scratch.directory());
            RunStager stager = new RunStager(staging, task, attempt);
            Staged staged = withinMemory(work, stager, layout, what);
            return new ShreddedChunk(
                    staged.tallies().sources(),
                    staged.run(),
                    opened.fetchedBytes(),
                    opened.sources().stream()
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
    private record Work(OpenedSources opened, SourceRelation relation, ChunkSql sql, Routing routing, Path scratch) {
        Path run() {
            return scratch.resolve("run.parquet");
        }
    }

    private record Staged(Tallies tallies, StagedRun run) {}

    /**
     * Sorting needs memory for each thread: what does not fit with all of them may with one, and gives the same rows.
     */
    private Staged withinMemory(Work work, RunStager stager, StagingLayout layout, String what)
            throws TaskException, IOException, InterruptedException {
        try {
            return engines.<Staged, IOException, TaskException>withinMemory(
                    sessions -> stage(work, stager, layout, sessions), failure -> {
                        LogLine.info(LOG, "Chunk sorted again with one thread")
                                .with(LogKey.SCRATCH, work.scratch().getFileName())
                                .with(LogKey.REASON, failure.getMessage())
                                .write();
                        Files.deleteIfExists(work.run());
                    });
        } catch (DuckDbException e) {
            throw work.opened().explained(work.relation(), engines, what, e);
        }
    }

    private static Staged stage(Work work, RunStager stager, StagingLayout layout, DuckDbEngines.Opener sessions)
            throws DuckDbException, TaskException, IOException, InterruptedException {
        Tallies tallies;
        List<RunStager.Part> parts = List.of();
        try (DuckDbSession session = sessions.open(work.scratch())) {
            work.routing().load(session, work.sql().listings());
            tallies = Tallies.of(
                    work.opened().sources(),
                    work.relation().sources(),
                    work.sql().tallies(session));
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
}
