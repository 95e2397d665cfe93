package io.tickshred.finalizer.merge;

import io.tickshred.finalizer.merge.SliceCount.Place;
import io.tickshred.fleet.TaskException;
import io.tickshred.message.BatchTask.Duty;
import io.tickshred.model.Proof;
import io.tickshred.model.RowNumbers;
import io.tickshred.model.SourceShare;
import io.tickshred.source.Source;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a batch answers for in the slices that it was given.
 *
 * @param shares one for each source object, in the sources' order
 * @param proof of the rows that the batch holds, as they were read from the sources
 */
record SliceShares(List<SourceShare> shares, Proof proof) {
    SliceShares {
        shares = List.copyOf(shares);
    }

    /**
     * Adds up what was counted.
     *
     * @param slices all slices, opened
     * @param duties what the batch does with each of them
     * @param mirrored those that were read, as they are numbered in the counts
     * @throws TaskException {@code POISON} if an object has more or fewer rows than its footer says
     */
    static SliceShares of(
            String table, List<Source> slices, List<Duty> duties, List<Source> mirrored, List<SliceCount> counts)
            throws TaskException {
        TreeMap<Integer, SourceShare> shares = new TreeMap<>();
        Proof proof = Proof.EMPTY;
        for (int i = 0; i < slices.size(); i++) {
            Source slice = slices.get(i);
            int file = mirrored.indexOf(slice);
            List<SliceCount> read =
                    counts.stream().filter(count -> count.file() == file).toList();
            SourceShare share = share(table, slice, duties.get(i), read);
            shares.merge(share.ordinal(), share, SourceShare::plus);
            proof = proof.plus(routed(read));
        }
        return new SliceShares(List.copyOf(shares.values()), proof);
    }

    private static SourceShare share(String table, Source slice, Duty duty, List<SliceCount> read)
            throws TaskException {
        long rows = read.stream().mapToLong(count -> count.numbers().rows()).sum();
        if (rows != slice.keptRows()) {
            throw new TaskException(
                    TaskException.Kind.POISON,
                    slice.uri() + " holds " + rows + " rows where its footer says " + slice.keptRows()
                            + ": it is damaged; replace it or leave it out",
                    Optional.of(slice.uri()));
        }
        RowNumbers own = numbers(read, Place.OWN);
        RowNumbers outside =
                switch (duty) {
                    case OWN -> RowNumbers.NONE;
                    case OWN_AND_OUTSIDE -> numbers(read, Place.OUTSIDE);
                    case OUTSIDE ->
                        RowNumbers.range(slice.firstRow(), slice.task().rows());
                };
        long routed = routed(read).rows();
        return new SourceShare(
                table,
                slice.task().ordinal(),
                slice.task().key(),
                slice.task().etag(),
                slice.task().sizeBytes(),
                slice.footer().rows(),
                routed,
                own.rows() - routed,
                outside.rows(),
                own.plus(outside));
    }

    private static RowNumbers numbers(List<SliceCount> read, Place place) {
        return read.stream()
                .filter(count -> count.place() == place)
                .map(SliceCount::numbers)
                .reduce(RowNumbers.NONE, RowNumbers::plus);
    }

    private static Proof routed(List<SliceCount> read) {
        return read.stream().map(SliceCount::routed).reduce(Proof.EMPTY, Proof::plus);
    }
}
