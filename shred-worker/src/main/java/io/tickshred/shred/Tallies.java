package io.tickshred.shred;

import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.SortKey;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.Proof;
import io.tickshred.model.SourceTally;
import io.tickshred.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one scan of the sources counted: where every row went, and the proof of each batch.
 *
 * @param sources one tally for each source of the chunk, in the task's order
 * @param proofs proof of each batch that has a row, by batch
 * @param bounds of the sort key over the routed rows, if there are any
 */
record Tallies(List<SourceTally> sources, SortedMap<Integer, Proof> proofs, Optional<SortKey.Bounds> bounds) {
    Tallies {
        sources = List.copyOf(sources);
    }

    long routed() {
        return proofs.values().stream().mapToLong(Proof::rows).sum();
    }

    /**
     * One row of {@link ChunkSql#tallies}.
     *
     * @param file index of the mirrored source
     * @param batch empty for listings outside of the universe
     * @param bounds of the sort key over the routed rows
     */
    record Count(int file, Optional<Integer> batch, long rows, Proof routed, Optional<SortKey.Bounds> bounds) {
        static Count read(Row row, SortKey key) {
            boolean outside = row.isNull(1);
            return new Count(
                    (int) row.int64(0),
                    outside ? Optional.empty() : Optional.of((int) row.int64(1)),
                    row.int64(2),
                    outside ? Proof.EMPTY : new Proof(row.int64(3), RowHashSql.read(row, 4)),
                    outside ? Optional.empty() : Optional.of(key.read(row, 5, row.int64(3))));
        }
    }

    /**
     * Adds up the counts and checks them against the footers.
     *
     * @param all sources of the chunk
     * @param mirrored those of them that were read, as they are numbered in the counts
     * @throws TaskException {@code POISON} if an object has more or fewer rows than its footer says
     */
    static Tallies of(List<Source> all, List<Source> mirrored, List<Count> counts) throws TaskException {
        SortedMap<Integer, Proof> proofs = new TreeMap<>();
        for (Count count : counts) {
            if (count.batch().isPresent() && count.routed().rows() > 0) {
                proofs.merge(count.batch().get(), count.routed(), Proof::plus);
            }
        }
        List<SourceTally> sources = new ArrayList<>();
        for (Source source : all) {
            int file = mirrored.indexOf(source);
            sources.add(
                    tally(source, counts.stream().filter(c -> c.file() == file).toList()));
        }
        return new Tallies(
                sources,
                proofs,
                counts.stream().flatMap(count -> count.bounds().stream()).reduce(SortKey.Bounds::and));
    }

    private static SourceTally tally(Source source, List<Count> counts) throws TaskException {
        long read = counts.stream().mapToLong(Count::rows).sum();
        if (read != source.keptRows()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    source.uri() + " holds " + read + " rows where its footer says " + source.keptRows()
                            + ": it is damaged; replace it or leave it out",
                    Optional.of(source.uri()));
        }
        long inside = counts.stream()
                .filter(c -> c.batch().isPresent())
                .mapToLong(Count::rows)
                .sum();
        long routed = counts.stream().mapToLong(c -> c.routed().rows()).sum();
        ChunkSource task = source.task();
        return new SourceTally(
                task.ordinal(),
                task.key(),
                task.etag(),
                task.sizeBytes(),
                task.rows(),
                routed,
                inside - routed,
                task.rows() - inside);
    }
}
