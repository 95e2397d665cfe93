package io.tickshred.standalone.verify;

import io.tickshred.duckdb.DuckDbException;
import java.nio.file.Path;

/**
 * Something that is not as the manifest says.
 *
 * @param object full URI of the object at fault; the manifest's own when it disagrees with itself
 * @param problem what was expected against what was found
 */
public record Difference(String object, String problem) {
    static Difference of(String object, String what, Object expected, Object found) {
        return new Difference(object, what + ": the manifest says " + expected + ", found " + found);
    }

    /** An object that does not read as Parquet; it stands in the place of the local file that it was fetched to. */
    static Difference unreadable(String object, Path fetched, DuckDbException e) {
        return new Difference(object, "cannot be read: " + e.getMessage().replace(fetched.toString(), object));
    }

    @Override
    public String toString() {
        return object + ": " + problem;
    }
}
