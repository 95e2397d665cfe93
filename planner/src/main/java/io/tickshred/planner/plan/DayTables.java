package io.tickshred.planner.plan;

import io.tickshred.duckdb.DefinitionException;
import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.TableReferences;
import io.tickshred.duckdb.TableSql;
import io.tickshred.model.ColumnType;
import io.tickshred.model.ListingType;
import io.tickshred.model.TableColumns;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.FooterScan;
import io.tickshred.planner.scan.TableSchema;
import io.tickshred.schema.ColumnTypes;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.StoredObject;
import java.util.List;
import java.util.Optional;

/** The tables of a day: as they are defined, and bound to what the day's objects came to. */
final class DayTables {
    private DayTables() {}

    /** Parses a table's definition, and reads the footer of its first object. */
    static Found find(ObjectStore store, DuckDbSession session, TableDefinition table, List<StoredObject> objects)
            throws PlanException, DuckDbException, InterruptedException {
        try {
            TableReferences references = TableReferences.parse(session, table);
            Optional<Footer> first = objects.isEmpty()
                    ? Optional.empty()
                    : Optional.of(FooterScan.read(store, table.name(), objects.get(0)));
            return new Found(references, new TableSchema(references), objects, first);
        } catch (DefinitionException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }

    /** Type of the listings as the first table that has objects tells it. */
    static ListingType listingTypeOfFirst(List<Found> tables) {
        return tables.stream()
                .flatMap(table -> table.listing().stream())
                .findFirst()
                .filter(type -> type.text().equals("VARCHAR"))
                .map(type -> ListingType.STRING)
                .orElse(ListingType.INT64);
    }

    /** Binds a table's definition to what the day's objects came to. */
    static Compiled compile(DuckDbSession session, Found table)
            throws PlanException, DuckDbException, InterruptedException {
        TableColumns day = table.schema.ofTheDay();
        try {
            TableSql sql = TableSql.compile(session, table.references, day, table.first);
            return new Compiled(table.references.table(), sql, day);
        } catch (DefinitionException e) {
            if (table.first.isEmpty()) {
                throw new PlanException(
                        e.getMessage() + " (table " + table.name()
                                + " has no object, so its columns must all be declared under columns)",
                        e);
            }
            String key = table.first.get().object().key();
            throw new PlanException(e.getMessage() + " (by object " + key + ")", key, e);
        }
    }

    static ListingType listingType(List<Compiled> tables) throws PlanException {
        Compiled first = tables.get(0);
        for (Compiled table : tables) {
            if (table.sql.listingType() != first.sql.listingType()) {
                throw new PlanException("listings must be of one type in all tables: "
                        + first.definition.listing() + " of table " + first.name() + " is " + first.sql.listingType()
                        + ", but " + table.definition.listing() + " of table " + table.name() + " is "
                        + table.sql.listingType());
            }
        }
        return first.sql.listingType();
    }

    /**
     * A table with all that is known before its objects are scanned.
     *
     * @param first footer of its first object, if it has one
     */
    record Found(TableReferences references, TableSchema schema, List<StoredObject> objects, Optional<Footer> first) {
        String name() {
            return references.table().name();
        }

        Optional<ColumnType> listing() {
            return first.flatMap(footer -> footer.column(references.listing()))
                    .map(column -> ColumnTypes.of(column).type());
        }
    }

    /**
     * A table with what its objects came to.
     *
     * @param columns of the sources on the day, those among them that select replaces too: they hold its place
     */
    record Compiled(TableDefinition definition, TableSql sql, TableColumns columns) {
        String name() {
            return definition.name();
        }
    }
}
