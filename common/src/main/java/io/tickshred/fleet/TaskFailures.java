package io.tickshred.fleet;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.message.DamagedManifestException;
import io.tickshred.parquet.ParquetFormatException;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.util.Optional;

/** The one rule for what a failure of a store, a disk or DuckDB means to a task. */
public final class TaskFailures {
    private TaskFailures() {}

    /**
     * An object that is gone, has changed or is not valid will be so again: {@code POISON}. A service or a disk that
     * gave out may recover: {@code RETRY}.
     *
     * @param what what could not be done, without a full stop
     * @param object the object at fault, where it is known
     */
    public static TaskException of(String what, Optional<String> object, IOException e) {
        TaskException.Kind kind = TaskException.Kind.RETRY;
        if (e instanceof ObjectStoreException store) {
            kind = switch (store.kind()) {
                case NOT_FOUND, NO_ACCESS, CHANGED -> TaskException.Kind.POISON;
                case UNAVAILABLE -> TaskException.Kind.RETRY;
            };
        } else if (e instanceof ParquetFormatException || e instanceof DamagedManifestException) {
            kind = TaskException.Kind.POISON;
        }
        return new TaskException(kind, what + ": " + e.getMessage(), object, e);
    }

    /**
     * Data or a statement that does not work will not work again: {@code POISON}. Memory and disk may: {@code RETRY}.
     */
    public static TaskException of(String what, Optional<String> object, DuckDbException e) {
        TaskException.Kind kind =
                switch (e.kind()) {
                    case DATA, STATEMENT -> TaskException.Kind.POISON;
                    case OUT_OF_MEMORY, DISK, OTHER -> TaskException.Kind.RETRY;
                };
        return new TaskException(kind, what + ": " + e.getMessage(), object, e);
    }
}
