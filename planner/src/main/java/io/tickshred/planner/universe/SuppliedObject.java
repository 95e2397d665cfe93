package io.tickshred.planner.universe;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.ListingType;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.discovery.SourceTemplate;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A Parquet or CSV object that a user supplies for a date, fetched into a session's directory and open to its queries
 * until closed.
 */
public final class SuppliedObject implements AutoCloseable {
    private static final Set<String> INTEGERS =
            Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

    private final String what;
    private final StoredObject object;
    private final Path file;
    private final boolean csv;
    private final Map<String, String> columns = new LinkedHashMap<>();

    private SuppliedObject(String what, StoredObject object, Path file, boolean csv) {
        this.what = what;
        this.object = object;
        this.file = file;
        this.csv = csv;
    }

    /**
     * Fetches an object.
     *
     * @param what it is, for messages: {@code the universe}
     * @throws io.tickshred.store.ObjectStoreException if it cannot be read from the store
     * @throws DuckDbException if it is no table
     */
    public static SuppliedObject open(
            Function<String, ObjectStore> stores,
            String input,
            ObjectTemplate template,
            LocalDate date,
            String what,
            DuckDbSession session)
            throws PlanException, IOException, DuckDbException, InterruptedException {
        ObjectStore store;
        try {
            store = stores.apply(template.location().orElse(input));
        } catch (IllegalArgumentException e) {
            throw new PlanException("location of " + what + ": " + e.getMessage(), e);
        }
        StoredObject object = store.head(SourceTemplate.expand(template.source(), date));
        Path file = session.scratch().resolve(template.csv() ? "supplied.csv" : "supplied.parquet");
        SuppliedObject supplied = new SuppliedObject(what, object, file, template.csv());
        boolean open = false;
        try {
            supplied.fetch(store);
            session.query(
                    "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + supplied.from() + ")",
                    row -> supplied.columns.put(row.text(0), row.text(1)));
            open = true;
            return supplied;
        } finally {
            if (!open) {
                supplied.close();
            }
        }
    }

    private void fetch(ObjectStore store) throws IOException {
        try (FileChannel target = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            if (object.sizeBytes() > 0) {
                store.readInto(object, List.of(new ByteRange(0, object.sizeBytes())), target);
            }
        }
    }

    public String key() {
        return object.key();
    }

    /** When the object was written. */
    public Instant written() {
        return object.lastModified();
    }

    /** What to select from. All columns of a CSV are text. */
    public String from() {
        return csv ? "read_csv(" + Sql.path(file) + ", header = true, all_varchar = true)" : Sql.parquet(List.of(file));
    }

    /** A column as text, or null where the object has none of the name. */
    public String textOf(Optional<String> column) {
        return column.filter(columns::containsKey)
                .map(name -> "CAST(" + Sql.identifier(name) + " AS VARCHAR)")
                .orElse("NULL::VARCHAR");
    }

    boolean has(String column) {
        return columns.containsKey(column);
    }

    /**
     * Refuses an object without a column.
     *
     * @param role of the column, with a space behind: {@code "listing "}
     */
    public void require(String role, String column) throws PlanException {
        if (!has(column)) {
            throw new PlanException(
                    what + " " + key() + " has no " + role + "column " + column + "; it has: "
                            + String.join(", ", columns.keySet()),
                    key());
        }
    }

    /** Refuses an object whose listings are not of the data's type; a CSV's are as their text reads. */
    public void requireListings(String column, ListingType type) throws PlanException {
        require("listing ", column);
        String found = columns.getOrDefault(column, "");
        boolean goes = csv || (type == ListingType.INT64 ? INTEGERS.contains(found) : found.equals("VARCHAR"));
        if (!goes) {
            throw new PlanException(
                    "listing column " + column + " of " + what + " " + key() + " is " + found
                            + ", but the listings in the data are "
                            + (type == ListingType.INT64 ? "integers" : "strings"),
                    key());
        }
    }

    /** A listing as the data has it; empty for text that is none of the type. */
    public static Optional<String> listing(ListingType type, String text) {
        try {
            return Optional.of(type == ListingType.INT64 ? String.valueOf(Long.parseLong(text.strip())) : text);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws PlanException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PlanException("cannot delete scratch file " + file + ": " + e.getMessage(), e);
        }
    }
}
