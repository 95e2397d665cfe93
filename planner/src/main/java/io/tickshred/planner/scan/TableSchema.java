package io.tickshred.planner.scan;

import io.tickshred.duckdb.TableReferences;
import io.tickshred.model.TableColumns;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.schema.ObjectShapes;
import io.tickshred.schema.Reconciliation;
import io.tickshred.schema.SchemaException;
import java.util.Set;
import java.util.stream.Collectors;

/** Learns what columns a table's objects have while they are scanned, and says what they come to over the day. */
public final class TableSchema {
    private final TableReferences references;
    private final ObjectShapes shapes;

    public TableSchema(TableReferences references) {
        this.references = references;
        this.shapes = new ObjectShapes(references.wanted());
    }

    /** Takes an object in; one without the listing column is refused at once, for it cannot be counted. */
    void add(Footer footer) throws PlanException {
        String listing = references.listing();
        if (footer.column(listing).isEmpty()) {
            String key = footer.object().key();
            throw new MissingListing(
                    references.table().name(),
                    listing,
                    footer.columns().stream().map(Footer.Column::name).collect(Collectors.joining(", ")),
                    key);
        }
        shapes.add(footer);
    }

    /** The columns of an object that the table may read. */
    Set<String> columns(Footer footer) {
        return references.wanted().of(footer);
    }

    /**
     * The columns of the day.
     *
     * @throws PlanException naming the object that does not go with the others, and one of those
     */
    public TableColumns ofTheDay() throws PlanException {
        try {
            return Reconciliation.of(references.wanted(), shapes.all());
        } catch (SchemaException e) {
            throw new PlanException(e.getMessage() + "; " + ObjectProblem.advice(e.object()), e.object(), e);
        }
    }
}
