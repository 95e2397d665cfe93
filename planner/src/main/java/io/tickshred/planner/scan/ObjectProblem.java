package io.tickshred.planner.scan;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStoreException;

/** Says of an object that could not be read what is wrong and what can be done. */
public final class ObjectProblem {
    private ObjectProblem() {}

    /** An object that the store or DuckDB could not read. */
    public static PlanException of(String table, String key, Exception e) {
        String what = "object " + key + " of table " + table + " cannot be read: " + e.getMessage();
        if (e instanceof ObjectStoreException store) {
            return new PlanException(
                    switch (store.kind()) {
                        case NOT_FOUND, CHANGED ->
                            what + "; it was deleted or replaced while the day was planned: request the day again";
                        case NO_ACCESS -> what + "; give the planner the right to read it, or " + exclude(key);
                        case UNAVAILABLE -> what + "; request the day again when the store answers";
                    },
                    key,
                    e);
        }
        if (e instanceof DuckDbException duckdb
                && (duckdb.kind() == DuckDbException.Kind.OUT_OF_MEMORY
                        || duckdb.kind() == DuckDbException.Kind.DISK)) {
            return new PlanException(what, key, e);
        }
        if (String.valueOf(e.getMessage()).contains("No space left on device")) {
            return new PlanException(what + "; give the planner more scratch disk", key, e);
        }
        return new PlanException(what + "; " + advice(key), key, e);
    }

    /** An object whose data has other rows than its footer says. */
    public static PlanException rows(String table, String key, long expected, long found) {
        return new PlanException(
                "object " + key + " of table " + table + " has " + found + " rows, but its footer says " + expected
                        + "; " + advice(key),
                key);
    }

    static String advice(String key) {
        return "repair it, or " + exclude(key);
    }

    /** As a shell takes it. */
    private static String quoted(String key) {
        return key.matches("[A-Za-z0-9._/=:@%+-]+") ? key : "'" + key.replace("'", "'\\''") + "'";
    }

    private static String exclude(String key) {
        return "go on without it with exclude: [\"" + key + "\"] or --exclude " + quoted(key);
    }
}
