package io.tickshred.source;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.parquet.Footer;
import java.util.SortedSet;

/** Which row groups of a source are read, of those that a task covers. */
@FunctionalInterface
public interface RowGroups {
    /**
     * Indexes of the row groups, rising.
     *
     * @param listing name of the listing column in the sources
     */
    SortedSet<Integer> of(ChunkSource source, Footer footer, String listing);

    /** Those that can hold a listing of the batch map. */
    static RowGroups wanted(Routing routing) {
        return (source, footer, listing) ->
                routing.pruning().keep(footer, listing, source.firstRowGroup(), source.rowGroups());
    }
}
