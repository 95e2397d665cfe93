package io.tickshred.planner.scan;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;

/** Says of an object that could not be read what is wrong and what can be done. */
final class ObjectProblem {
    private ObjectProblem() {}

    static PlanException of(String table, String key, IOException e) {
        if (e instanceof ObjectStoreException store) {
            String what = "cannot read object " + key + " of table " + table + ": " + e.getMessage();
            return new PlanException(
                    switch (store.kind()) {
                        case NOT_FOUND, CHANGED -> what
                                + "; it was deleted or replaced while the day was planned: request the day again";
                        case NO_ACCESS -> what + "; give the planner the right to read it, or " + exclude(key);
                        case UNAVAILABLE -> what + "; request the day again when the store answers";
                    },
                    key,
                    e);
        }
        return new PlanException(
                "object " + key + " of table " + table + " cannot be read: " + e.getMessage() + "; " + advice(key), key, e);
    }

    static PlanException of(String table, String key, DuckDbException e) {
        String what = "object " + key + " of table " + table + " cannot be read: " + e.getMessage();
        return switch (e.kind()) {
            case OUT_OF_MEMORY, DISK -> new PlanException(what, key, e);
            case DATA, STATEMENT, OTHER -> new PlanException(what + "; " + advice(key), key, e);
        };
    }

    static String advice(String key) {
        return "repair it, or " + exclude(key);
    }

    private static String exclude(String key) {
        return "go on without it with exclude: [\"" + key + "\"]";
    }
}
