package io.tickshred.planner.universe;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.ListingType;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.model.UniverseDefinition.Rule;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.discovery.SourceTemplate;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the wanted listings of a day from a Parquet or CSV object. Rows without a listing and rows that repeat one are
 * counted, and refused or dropped by the definition's rules; of rows that repeat a listing the first counts.
 */
public final class UniverseReader {
    private final UniverseDefinition definition;
    private final ListingType type;
    private final Map<String, Universe.Member> members = new LinkedHashMap<>();
    private long rows;
    private long nulls;
    private long duplicates;
    private long strange;
    private String firstStrange = "";

    private UniverseReader(UniverseDefinition definition, ListingType type) {
        this.definition = definition;
        this.type = type;
    }

    /**
     * Reads the listings.
     *
     * @param input of the dataset, where the object lies unless the definition says otherwise
     * @param groupBy column that batches are grouped by
     * @param type of the listings in the data, which the universe's must go with
     * @param session in whose directory the object is put while it is read
     * @throws PlanException naming the object and what is wrong with it
     */
    public static Universe read(
            Function<String, ObjectStore> stores,
            String input,
            UniverseDefinition definition,
            Optional<String> groupBy,
            LocalDate date,
            ListingType type,
            DuckDbSession session)
            throws PlanException, InterruptedException {
        try (SuppliedObject object =
                SuppliedObject.open(stores, input, definition.object(), date, "the universe", session)) {
            return new UniverseReader(definition, type).read(object, groupBy, session);
        } catch (ObjectStoreException e) {
            throw new PlanException(
                    "cannot read the universe: " + e.getMessage() + "; put it there or leave universe out of the"
                            + " dataset's file to take the listings from the data",
                    SourceTemplate.expand(definition.object().source(), date),
                    e);
        } catch (IOException | DuckDbException e) {
            String key = SourceTemplate.expand(definition.object().source(), date);
            throw new PlanException("the universe " + key + " cannot be read: " + e.getMessage(), key, e);
        }
    }

    /** A row of the object, all of it as text. */
    private record Line(Optional<String> listing, Universe.Member member) {}

    private Universe read(SuppliedObject object, Optional<String> groupBy, DuckDbSession session)
            throws PlanException, DuckDbException, InterruptedException {
        object.requireListings(definition.listing(), type);
        if (groupBy.isPresent()) {
            object.require("", groupBy.get());
        }
        if (!definition.market().equals(UniverseDefinition.DEFAULT_MARKET)) {
            object.require("market ", definition.market());
        }
        List<Line> lines = session.query(
                "SELECT CAST(" + Sql.identifier(definition.listing()) + " AS VARCHAR), "
                        + object.textOf(Optional.of(definition.market())) + ", " + object.textOf(groupBy) + " FROM "
                        + object.from(),
                row -> new Line(text(row, 0), new Universe.Member(said(row, 1), said(row, 2))));
        lines.forEach(this::add);
        check(object.key());
        List<String> notes = notes(object.key());
        if (!object.has(definition.market())) {
            notes.add("the universe " + object.key() + " has no column " + definition.market()
                    + ": its listings are taken to be of no market; name one with universe.market");
        }
        return new Universe(members, notes);
    }

    private static Optional<String> text(Row row, int column) {
        return row.isNull(column) ? Optional.empty() : Optional.of(row.text(column));
    }

    /** A market or a group; blank text is none, as in a CSV, where it would join what has nothing in common. */
    private static Optional<String> said(Row row, int column) {
        return text(row, column).filter(value -> !value.isBlank());
    }

    private void add(Line line) {
        rows++;
        if (line.listing().isEmpty()) {
            nulls++;
            return;
        }
        Optional<String> listing = SuppliedObject.listing(type, line.listing().get());
        if (listing.isEmpty()) {
            firstStrange = strange++ == 0 ? line.listing().get() : firstStrange;
        } else if (members.putIfAbsent(listing.get(), line.member()) != null) {
            duplicates++;
        }
    }

    private void check(String key) throws PlanException {
        boolean refused = strange > 0
                || nulls > 0 && definition.nulls() == Rule.REFUSE
                || duplicates > 0 && definition.duplicates() == Rule.REFUSE;
        if (refused) {
            throw new PlanException(
                    "the universe " + key + " must name each listing once: of " + rows + " rows " + nulls + " have no "
                            + definition.listing() + ", " + duplicates + " repeat one"
                            + (strange == 0 ? "" : ", " + strange + " are no integers such as '" + firstStrange + "'")
                            + "; correct it"
                            + (strange == 0 ? ", or let nulls: drop and duplicates: drop leave them out" : ""),
                    key);
        }
        if (members.isEmpty()) {
            throw new PlanException("the universe " + key + " has no rows", key);
        }
    }

    private List<String> notes(String key) {
        List<String> notes = new ArrayList<>();
        if (nulls + duplicates > 0) {
            notes.add("dropped of the universe " + key + ": " + nulls + " rows without " + definition.listing() + ", "
                    + duplicates + " that repeat one");
        }
        return notes;
    }
}
