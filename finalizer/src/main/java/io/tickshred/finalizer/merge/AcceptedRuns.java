package io.tickshred.finalizer.merge;

import io.tickshred.model.RunSlice;
import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedFile;
import io.tickshred.model.StagedRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The runs that a plan's ledger accepted, by table and chunk: the first staged result of each chunk. Every reader of
 * the plan's results comes to the same.
 */
public final class AcceptedRuns {
    private final Map<String, TableRuns> tables = new TreeMap<>();

    /** Accepted runs of one table, by chunk, and where each batch lies in them. */
    private static final class TableRuns {
        final TreeMap<Integer, Run> runs = new TreeMap<>();
        final Map<Integer, PackedSlices> batches = new HashMap<>();
        final List<SourceTally> tallies = new ArrayList<>();
    }

    /** What is kept of a run besides its slices. */
    private record Run(List<StagedFile> files, long rows, long sizeBytes) {
        Piece piece(int chunk, RunSlice slice) {
            double share = (double) slice.proof().rows() / rows;
            return new Piece(files.get(slice.file()), chunk, slice, (long) (share * sizeBytes));
        }
    }

    /**
     * A slice of a batch and the staged object that it lies in.
     *
     * @param chunk whose run it is
     * @param sizeBytes the slice's share of the run's bytes, by rows
     */
    public record Piece(StagedFile file, int chunk, RunSlice slice, long sizeBytes) {}

    void add(String table, int chunk, StagedRun run, List<SourceTally> sources) {
        TableRuns known = tables.computeIfAbsent(table, t -> new TableRuns());
        Run kept = new Run(run.files(), run.proof().rows(), run.sizeBytes());
        if (known.runs.putIfAbsent(chunk, kept) != null) {
            return;
        }
        known.tallies.addAll(sources);
        run.slices().forEach(slice -> known.batches
                .computeIfAbsent(slice.batch(), PackedSlices::new)
                .add(chunk, slice));
    }

    private TableRuns of(String table) {
        return tables.getOrDefault(table, new TableRuns());
    }

    /** Number of accepted chunks over all tables. */
    public int chunks() {
        return tables.values().stream().mapToInt(table -> table.runs.size()).sum();
    }

    /** All pieces of a batch in a table, in chunk order. Empty if the batch has no row in the table. */
    public List<Piece> pieces(String table, int batch) {
        TableRuns known = of(table);
        PackedSlices slices = known.batches.getOrDefault(batch, new PackedSlices(batch));
        List<Piece> pieces = new ArrayList<>();
        slices.forEach((chunk, slice) ->
                Optional.ofNullable(known.runs.get(chunk)).ifPresent(run -> pieces.add(run.piece(chunk, slice))));
        pieces.sort(Comparator.comparingInt(Piece::chunk));
        return pieces;
    }

    /** Any staged object of a table: a batch without rows takes its schema from it. None if the table had no object. */
    public Optional<StagedFile> anyFile(String table) {
        return of(table).runs.values().stream()
                .flatMap(run -> run.files().stream())
                .findFirst();
    }

    /** Tallies of a table's sources, one for each object: those of an object that several chunks share are added up. */
    public List<SourceTally> sources(String table) {
        TreeMap<Integer, SourceTally> byOrdinal = new TreeMap<>();
        for (SourceTally tally : of(table).tallies) {
            byOrdinal.merge(tally.ordinal(), tally, AcceptedRuns::sum);
        }
        return List.copyOf(byOrdinal.values());
    }

    /**
     * How far a table's sources go: places in key order, and rows.
     *
     * @param lastOrdinal greatest ordinal of a source
     * @param mostRows rows of the largest source
     */
    public record Extent(long lastOrdinal, long mostRows) {}

    /** How far a table's sources go. */
    public Extent extent(String table) {
        long lastOrdinal = 0;
        long mostRows = 0;
        // Row numbers count from an object's start, so the parts of one are added up.
        for (SourceTally tally : sources(table)) {
            lastOrdinal = Math.max(lastOrdinal, tally.ordinal());
            mostRows = Math.max(mostRows, tally.rows());
        }
        return new Extent(lastOrdinal, mostRows);
    }

    private static SourceTally sum(SourceTally a, SourceTally b) {
        if (!a.key().equals(b.key()) || !a.etag().equals(b.etag())) {
            throw new IllegalStateException("source " + a.ordinal() + " was read as " + a.key() + " etag " + a.etag()
                    + " and as " + b.key() + " etag " + b.etag());
        }
        return new SourceTally(
                a.ordinal(),
                a.key(),
                a.etag(),
                a.sizeBytes(),
                a.rows() + b.rows(),
                a.routed() + b.routed(),
                a.filtered() + b.filtered(),
                a.outside() + b.outside());
    }
}
