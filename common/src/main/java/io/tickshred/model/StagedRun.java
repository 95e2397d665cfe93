package io.tickshred.model;

import java.util.List;
import java.util.Optional;

/**
 * All that one chunk attempt staged. Slices are in batch order; a batch without rows has none.
 *
 * @param files and {@code slices} empty when the index tells them
 * @param index where files and slices are told instead, when they are many
 */
public record StagedRun(List<StagedFile> files, List<RunSlice> slices, Optional<RunIndex> index) {
    public StagedRun {
        files = List.copyOf(files);
        slices = List.copyOf(slices);
        for (RunSlice slice : slices) {
            if (slice.file() >= files.size()) {
                throw new IllegalArgumentException(
                        "slice of batch " + slice.batch() + " names file " + slice.file() + " of " + files.size());
            }
        }
        if (index.isPresent() && !(files.isEmpty() && slices.isEmpty())) {
            throw new IllegalArgumentException("a run must tell its files and slices itself or by its index");
        }
    }

    /** A run that tells its files and slices itself. */
    public StagedRun(List<StagedFile> files, List<RunSlice> slices) {
        this(files, slices, Optional.empty());
    }

    /** The same run, told by an index. */
    public StagedRun toldBy(StagedFile indexFile) {
        return new StagedRun(List.of(), List.of(), Optional.of(new RunIndex(indexFile, proof(), sizeBytes())));
    }

    public Proof proof() {
        return index.map(RunIndex::proof)
                .orElseGet(() -> slices.stream().map(RunSlice::proof).reduce(Proof.EMPTY, Proof::plus));
    }

    public long sizeBytes() {
        return index.map(RunIndex::sizeBytes)
                .orElseGet(() -> files.stream().mapToLong(StagedFile::sizeBytes).sum());
    }
}
