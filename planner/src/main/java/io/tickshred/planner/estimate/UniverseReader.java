package io.tickshred.planner.estimate;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.ListingType;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.discovery.SourceTemplate;
import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the wanted listings of a day from a Parquet or CSV object. Nulls and duplicates are refused, with their counts.
 */
public final class UniverseReader {
    private static final Set<String> INTEGERS =
            Set.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER");

    private UniverseReader() {}

    /**
     * Reads the listings, as text in the form that the data has them in.
     *
     * @param session in whose directory the object is put while it is read
     * @param type of the listings in the data, which the universe's must go with
     * @throws PlanException naming the object and what is wrong with it
     */
    public static Set<String> read(
            ObjectStore store, UniverseDefinition definition, LocalDate date, ListingType type, DuckDbSession session)
            throws PlanException, InterruptedException {
        String key = SourceTemplate.expand(definition.source(), date);
        boolean csv = definition.source().endsWith(".csv");
        Path file = session.scratch().resolve(csv ? "universe.csv" : "universe.parquet");
        try {
            fetch(store, key, file);
            String from = csv
                    ? "read_csv(" + Sql.path(file) + ", header = true, all_varchar = true)"
                    : Sql.parquet(List.of(file));
            checkColumn(session, definition, type, key, from, csv);
            return listings(session, definition, type, key, from);
        } catch (ObjectStoreException e) {
            throw new PlanException(
                    "cannot read the universe: " + e.getMessage() + "; put it there or leave universe out of the"
                            + " dataset's file to take the listings from the data",
                    key,
                    e);
        } catch (IOException | DuckDbException e) {
            throw new PlanException("the universe " + key + " cannot be read: " + e.getMessage(), key, e);
        } finally {
            delete(file);
        }
    }

    private static void fetch(ObjectStore store, String key, Path file) throws IOException {
        StoredObject object = store.head(key);
        try (FileChannel target = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            if (object.sizeBytes() > 0) {
                store.readInto(object, List.of(new ByteRange(0, object.sizeBytes())), target);
            }
        }
    }

    private static void checkColumn(
            DuckDbSession session,
            UniverseDefinition definition,
            ListingType type,
            String key,
            String from,
            boolean csv)
            throws PlanException, DuckDbException, InterruptedException {
        List<String[]> columns =
                session.query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + from + ")", row ->
                        new String[] {row.text(0), row.text(1)});
        String found = columns.stream()
                .filter(column -> column[0].equals(definition.listing()))
                .map(column -> column[1])
                .findFirst()
                .orElseThrow(() -> new PlanException(
                        "the universe " + key + " has no listing column " + definition.listing() + "; it has: "
                                + columns.stream().map(column -> column[0]).collect(Collectors.joining(", ")),
                        key));
        boolean goes = csv || (type == ListingType.INT64 ? INTEGERS.contains(found) : found.equals("VARCHAR"));
        if (!goes) {
            throw new PlanException(
                    "listing column " + definition.listing() + " of the universe " + key + " is " + found
                            + ", but the listings in the data are "
                            + (type == ListingType.INT64 ? "integers" : "strings"),
                    key);
        }
    }

    private static Set<String> listings(
            DuckDbSession session, UniverseDefinition definition, ListingType type, String key, String from)
            throws PlanException, DuckDbException, InterruptedException {
        Set<String> listings = new LinkedHashSet<>();
        long nulls = 0;
        long duplicates = 0;
        long strange = 0;
        String firstStrange = "";
        List<String> values = session.query(
                "SELECT CAST(" + Sql.identifier(definition.listing()) + " AS VARCHAR) FROM " + from,
                row -> row.isNull(0) ? "" : "=" + row.text(0));
        for (String value : values) {
            if (value.isEmpty()) {
                nulls++;
                continue;
            }
            String listing = value.substring(1);
            try {
                listing = type == ListingType.INT64 ? String.valueOf(Long.parseLong(listing.strip())) : listing;
            } catch (NumberFormatException e) {
                firstStrange = strange++ == 0 ? listing : firstStrange;
                continue;
            }
            if (!listings.add(listing)) {
                duplicates++;
            }
        }
        if (nulls + duplicates + strange > 0) {
            throw new PlanException(
                    "the universe " + key + " must name each listing once: of " + values.size() + " rows " + nulls
                            + " have no " + definition.listing() + ", " + duplicates + " repeat one"
                            + (strange == 0 ? "" : ", " + strange + " are no integers such as '" + firstStrange + "'")
                            + "; correct it",
                    key);
        }
        if (listings.isEmpty()) {
            throw new PlanException("the universe " + key + " has no rows", key);
        }
        return listings;
    }

    private static void delete(Path file) throws PlanException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PlanException("cannot delete scratch file " + file + ": " + e.getMessage(), e);
        }
    }
}
