package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowNumbersSql;
import io.tickshred.model.Proof;
import io.tickshred.model.RowNumbers;

/**
 * Rows of a slice that belong to the same.
 *
 * @param file index of the mirrored slice
 * @param numbers of all of them
 * @param routed proof of those that the batch holds
 */
record SliceCount(int file, Place place, RowNumbers numbers, Proof routed) {
    /** Whose rows they are. */
    enum Place {
        /** The batch's own. */
        OWN,
        /** Those of other batches. */
        OTHERS,
        /** Of no batch: their listing is null or not in the universe. */
        OUTSIDE
    }

    /** How many columns {@link #read} reads. */
    static final int COLUMNS = 7;

    static SliceCount read(Row row) {
        return new SliceCount(
                (int) row.int64(0),
                row.isNull(1) ? Place.OUTSIDE : row.int64(1) == 1 ? Place.OWN : Place.OTHERS,
                RowNumbersSql.read(row, 2),
                new Proof(row.int64(5), RowHashSql.read(row, 6)));
    }
}
