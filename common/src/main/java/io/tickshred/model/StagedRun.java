package io.tickshred.model;

import java.util.List;

/** All that one chunk attempt staged. Slices are in batch order; a batch without rows has none. */
public record StagedRun(List<StagedFile> files, List<RunSlice> slices) {
    public StagedRun {
        files = List.copyOf(files);
        slices = List.copyOf(slices);
        for (RunSlice slice : slices) {
            if (slice.file() >= files.size()) {
                throw new IllegalArgumentException(
                        "slice of batch " + slice.batch() + " names file " + slice.file() + " of " + files.size());
            }
        }
    }

    public Proof proof() {
        return slices.stream().map(RunSlice::proof).reduce(Proof.EMPTY, Proof::plus);
    }

    public long sizeBytes() {
        return files.stream().mapToLong(StagedFile::sizeBytes).sum();
    }
}
