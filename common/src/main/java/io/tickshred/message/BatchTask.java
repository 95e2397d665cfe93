package io.tickshred.message;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.PlanHeader;
import java.util.List;
import java.util.Optional;

/**
 * Work for one finalizer: sort, prove and upload one batch in all tables. Key {@code plan/batch}. Its rows come either
 * from what workers staged, or, in the naive mode, from the sources themselves.
 *
 * @param results where the accepted results of the plan's chunks stand; absent in the naive mode
 * @param tables what to read of each table's sources, in the plan's order of tables; absent where the day was shredded
 */
public record BatchTask(PlanHeader header, Optional<ResultRange> results, int batch, Optional<List<TableSlices>> tables)
        implements Message {
    public BatchTask {
        tables = tables.map(List::copyOf);
        if (results.isPresent() == tables.isPresent()) {
            throw new IllegalArgumentException(
                    "batch " + batch + " must be made either of results of chunks or of sources");
        }
    }

    /** A batch of what was staged. */
    public static BatchTask staged(PlanHeader header, ResultRange results, int batch) {
        return new BatchTask(header, Optional.of(results), batch, Optional.empty());
    }

    /** A batch of the sources themselves. */
    public static BatchTask naive(PlanHeader header, int batch, List<TableSlices> tables) {
        return new BatchTask(header, Optional.empty(), batch, Optional.of(tables));
    }

    /** Slices of a table's sources, in the sources' order; none only where the table has no object. */
    public record TableSlices(String table, List<SourceSlice> slices) {
        public TableSlices {
            slices = List.copyOf(slices);
        }
    }

    /**
     * Consecutive row groups of a source, and what the batch does with them.
     *
     * @param source the object and the row groups; none of them to take its columns from it alone
     */
    public record SourceSlice(ChunkSource source, Duty duty) {}

    /** What a batch does with a slice. */
    public enum Duty {
        /** Takes the rows of its listings. */
        OWN,
        /** Takes the rows of its listings, and answers for those of no batch: one batch does, of all that read it. */
        OWN_AND_OUTSIDE,
        /** Answers for all rows unread, as by its statistics the slice holds none of any batch. */
        OUTSIDE
    }
}
