package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.StagedColumns;
import java.util.List;

/** Where the rows of one batch of one table come from. */
interface BatchRows {
    /** Makes what {@link #from} needs in a session. */
    default void prepare(DuckDbSession session) throws DuckDbException, InterruptedException {}

    /** Whether they are read from staged runs. */
    boolean staged();

    /** Names of the output columns, in order. */
    List<String> columns();

    /**
     * What follows a FROM: just the batch's rows, with the output columns and after them {@link StagedColumns#SOURCE}
     * and {@link StagedColumns#ROW}.
     */
    String from();
}
