package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbEngines;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.fleet.Fetches;
import io.tickshred.fleet.Scratch;
import io.tickshred.fleet.TaskException;
import io.tickshred.fleet.TaskFailures;
import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.BatchFile;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.Proof;
import io.tickshred.model.SourceShare;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.source.OpenedSources;
import io.tickshred.source.Routing;
import io.tickshred.source.RowGroups;
import io.tickshred.source.Source;
import io.tickshred.source.SourceDisk;
import io.tickshred.source.SourceRelation;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes one batch of one table from the sources themselves: mirrors the row groups that its listings can be in, counts
 * and proves in one scan, sorts and writes in others, and goes on as with staged runs. The bytes are those that
 * shredded sources give.
 */
public final class SourceMerger {
    private final ObjectStore input;
    private final BatchMerger merger;
    private final Path scratchRoot;
    private final DuckDbEngines engines;
    private final Fetches fetches;
    private final Disk disk;

    /** Checks that so many bytes are free. */
    interface Disk {
        void require(Scratch scratch, long neededBytes) throws TaskException;
    }

    /**
     * Makes a merger.
     *
     * @param merger that writes, proves and uploads; of its own it reads what is staged
     */
    public SourceMerger(
            ObjectStore input, BatchMerger merger, Path scratchRoot, DuckDbEngines engines, Fetches fetches) {
        this(input, merger, scratchRoot, engines, fetches, Scratch::require);
    }

    SourceMerger(
            ObjectStore input,
            BatchMerger merger,
            Path scratchRoot,
            DuckDbEngines engines,
            Fetches fetches,
            Disk disk) {
        this.input = input;
        this.merger = merger;
        this.scratchRoot = scratchRoot;
        this.engines = engines;
        this.fetches = fetches;
        this.disk = disk;
    }

    /**
     * A batch of a table.
     *
     * @param shares the rows of each source that it answers for
     */
    public record Made(BatchFile file, List<SourceShare> shares) {
        public Made {
            shares = List.copyOf(shares);
        }
    }

    /**
     * Reads, proves and uploads.
     *
     * @param slices of the table's sources; none only where the table has no object
     * @param keep where the file is moved when it is uploaded, on the same file system as the scratch directory
     * @throws TaskException {@code POISON} when the proof does not hold or a source is gone, changed or damaged,
     *     {@code RETRY} when a store, the disk or the memory gave out
     */
    public Made merge(
            PlanHeader header,
            TableDefinition table,
            Routing routing,
            int batch,
            List<SourceSlice> slices,
            Optional<Path> keep)
            throws TaskException, InterruptedException {
        String what = "batch " + batch + " of " + table.name() + " on " + header.day();
        String name = "naive-" + header.plan() + "-" + table.name() + "-" + batch;
        try (Scratch scratch = Scratch.open(scratchRoot, name, 0)) {
            return slices.isEmpty()
                    ? empty(header, table, batch, what, scratch.directory(), keep)
                    : read(header, table, routing, batch, slices, what, scratch, keep);
        } catch (DuckDbException e) {
            throw TaskFailures.of("cannot make " + what, Optional.empty(), e);
        } catch (IOException e) {
            throw TaskFailures.of("cannot make " + what, Optional.empty(), e);
        }
    }

    private Made read(
            PlanHeader header,
            TableDefinition table,
            Routing routing,
            int batch,
            List<SourceSlice> slices,
            String what,
            Scratch scratch,
            Optional<Path> keep)
            throws TaskException, DuckDbException, IOException, InterruptedException {
        OpenedSources opened = OpenedSources.open(
                slices.stream().map(SourceSlice::source).toList(),
                table,
                routing,
                readOf(slices),
                input,
                fetches,
                "cannot make " + what,
                scratch.directory());
        SourceDisk needed = needed(opened);
        require(scratch, needed.fetchedBytes());
        SourceRelation relation = opened.mirror();
        SourceRows rows = new SourceRows(opened.sql(), relation, routing, batch);
        try {
            Sorted sorted = engines.<Sorted, IOException, TaskException>withinMemory(
                    sessions -> {
                        try (DuckDbSession session = sessions.open(scratch.directory())) {
                            return sort(header, table, rows, slices, opened, needed, scratch, session);
                        }
                    },
                    BatchMerger.again(scratch.directory(), what));
            return new Made(merger.publish(header, sorted.merged(), sorted.written(), what, keep), sorted.shares());
        } catch (DuckDbException e) {
            throw opened.explained(relation, engines, "cannot make " + what, e);
        }
    }

    private record Sorted(Merged merged, BatchMerger.Written written, List<SourceShare> shares) {}

    /** Counts and proves, sorts and writes, reads back: one session, whose memory serves each in turn. */
    private Sorted sort(
            PlanHeader header,
            TableDefinition table,
            SourceRows rows,
            List<SourceSlice> slices,
            OpenedSources opened,
            SourceDisk needed,
            Scratch scratch,
            DuckDbSession session)
            throws DuckDbException, IOException, TaskException, InterruptedException {
        AcceptedRuns.Extent extent = extent(opened.sources());
        SourceRows.Counts counted = rows.counts(session, table, extent);
        require(scratch, needed.sortBytes(counted.routed()));
        SliceShares shares = SliceShares.of(
                table.name(),
                opened.sources(),
                slices.stream().map(SourceSlice::duty).toList(),
                rows.relation().sources(),
                counted.slices());
        Merged merged = new Merged(
                header.day(),
                table,
                rows,
                rows.batch(),
                shares.proof(),
                extent,
                Optional.of(counted.key()),
                scratch.directory());
        return new Sorted(merged, BatchMerger.write(merged, session), shares.shares());
    }

    private static SourceDisk needed(OpenedSources opened) {
        Set<String> columns = opened.sql().sourceColumns();
        return new SourceDisk(
                opened.fetchedBytes(),
                opened.sources().stream()
                        .mapToLong(source -> source.uncompressedBytes(columns))
                        .sum(),
                opened.sources().stream().mapToLong(Source::keptRows).sum());
    }

    private void require(Scratch scratch, long bytes) throws TaskException {
        try {
            disk.require(scratch, bytes);
        } catch (TaskException e) {
            throw new TaskException(
                    e.kind(),
                    e.getMessage() + ", or run the day with mode: shred",
                    e.failure().object(),
                    e);
        }
    }

    /** The batch of a table that has no object on the day. */
    private Made empty(
            PlanHeader header, TableDefinition table, int batch, String what, Path scratch, Optional<Path> keep)
            throws TaskException, DuckDbException, IOException, InterruptedException {
        Path runs = Files.createDirectories(scratch.resolve(Merged.RUNS));
        Footer schema = EmptyRun.write(table, runs);
        Merged merged = new Merged(
                header.day(),
                table,
                new StagedRows(schema, batch, runs),
                batch,
                Proof.EMPTY,
                new AcceptedRuns.Extent(0, 0),
                Optional.empty(),
                scratch);
        return new Made(merger.publish(header, merged, merger.sortAndReadBack(merged, what), what, keep), List.of());
    }

    /**
     * All row groups of a slice with rows, so that row numbers are those of the object; none of a slice left unread.
     */
    private static RowGroups readOf(List<SourceSlice> slices) {
        Map<ChunkSource, Duty> duties =
                slices.stream().collect(Collectors.toMap(SourceSlice::source, SourceSlice::duty));
        return (source, footer, listing) -> duties.get(source) == Duty.OUTSIDE
                ? new TreeSet<>()
                : withRows(footer, source.firstRowGroup(), source.rowGroups());
    }

    private static SortedSet<Integer> withRows(Footer footer, int first, int count) {
        return IntStream.range(first, first + count)
                .filter(group -> footer.rowGroups().get(group).rows() > 0)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static AcceptedRuns.Extent extent(List<Source> sources) {
        return new AcceptedRuns.Extent(
                sources.stream()
                        .mapToLong(source -> source.task().ordinal())
                        .max()
                        .orElse(0),
                sources.stream()
                        .mapToLong(source -> source.footer().rows())
                        .max()
                        .orElse(0));
    }
}
