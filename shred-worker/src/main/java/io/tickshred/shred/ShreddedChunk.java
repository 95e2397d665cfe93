package io.tickshred.shred;

import io.tickshred.model.SourceTally;
import io.tickshred.model.StagedRun;
import java.util.List;

/**
 * What shredding a chunk came to.
 *
 * @param sources one tally for each source, in the task's order
 * @param run what was staged
 * @param fetchedBytes bytes of column chunks fetched from the sources
 * @param prunedRowGroups row groups that were not fetched because they hold no wanted listing
 */
record ShreddedChunk(List<SourceTally> sources, StagedRun run, long fetchedBytes, int prunedRowGroups) {
    ShreddedChunk {
        sources = List.copyOf(sources);
    }

    long routed() {
        return sources.stream().mapToLong(SourceTally::routed).sum();
    }

    long filtered() {
        return sources.stream().mapToLong(SourceTally::filtered).sum();
    }

    long outside() {
        return sources.stream().mapToLong(SourceTally::outside).sum();
    }
}
