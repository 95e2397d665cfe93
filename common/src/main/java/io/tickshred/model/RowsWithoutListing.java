package io.tickshred.model;

import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Rows of a table in which the listing column is null: they are in no batch, with a universe or without. A plan says so
 * among its notes, and its manifest with it.
 *
 * @param column the source's
 * @param rows at least one
 * @param counted whether each row was looked at, or the figure is an estimate
 */
public record RowsWithoutListing(String table, String column, long rows, boolean counted) {
    private static final String END = " as outside the universe";

    public RowsWithoutListing {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1: " + rows);
        }
    }

    /** In a line for a person. */
    public String note() {
        return (counted ? "" : "about ") + rows + (rows == 1 ? " row of " : " rows of ") + table
                + (rows == 1 ? " has" : " have") + " no value in " + column + "; "
                + (rows == 1 ? "it counts" : "they count") + END;
    }

    /** What a published day's plan noted of them, in a line for a person; empty where there are none. */
    public static Optional<String> note(Manifest manifest) {
        return manifest.figures()
                .map(figures -> figures.notes().stream()
                        .filter(note -> note.endsWith(END))
                        .collect(Collectors.joining("; ")))
                .filter(note -> !note.isEmpty());
    }
}
