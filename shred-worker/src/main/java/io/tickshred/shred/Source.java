package io.tickshred.shred;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.SparseMirror;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;

/**
 * One source object of a chunk as it is read.
 *
 * @param task what the task says of it
 * @param uri full URI, for people
 * @param kept row groups that can hold a wanted listing, of those that the chunk covers
 * @param mirror where its mirror lies, or will
 */
record Source(ChunkSource task, String uri, Footer footer, SortedSet<Integer> kept, Path mirror) {
    /** Rows in the row groups that are read; the others of the chunk hold no wanted listing. */
    long keptRows() {
        return kept.stream().mapToLong(i -> footer.rowGroups().get(i).rows()).sum();
    }

    /** Row number in the object at which the chunk's part begins. */
    long firstRow() {
        return task.rowGroups() == 0
                ? 0
                : footer.rowGroups().get(task.firstRowGroup()).firstRow();
    }

    long fetchedBytes(Set<String> columns) {
        return SparseMirror.fetchedBytes(footer, kept, columns);
    }

    long uncompressedBytes(Set<String> columns) {
        return kept.stream()
                .mapToLong(i -> footer.rowGroups().get(i).uncompressedBytes(columns))
                .sum();
    }
}
