package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowNumbersSql;
import io.tickshred.duckdb.SortKey;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.duckdb.TableSql;
import io.tickshred.model.TableDefinition;
import io.tickshred.source.Routing;
import io.tickshred.source.SourceRelation;
import java.util.List;
import java.util.Optional;

/** The rows of a batch as its sources have them: filtered, derived and routed while they are read. */
record SourceRows(TableSql table, SourceRelation relation, Routing routing, int batch) implements BatchRows {
    private static final String KEEP = Sql.identifier("__tickshred_keep");
    private static final String LISTING = Sql.identifier("__tickshred_listing");
    private static final String OWN = Sql.identifier("__tickshred_own");
    private static final String SOURCE = Sql.identifier(StagedColumns.SOURCE);
    private static final String ROW = Sql.identifier(StagedColumns.ROW);

    @Override
    public void prepare(DuckDbSession session) throws DuckDbException, InterruptedException {
        routing.load(session, relation.listings(table.listing()));
    }

    @Override
    public boolean staged() {
        return false;
    }

    @Override
    public List<String> columns() {
        return table.outputColumns();
    }

    @Override
    public String from() {
        return "(SELECT " + Sql.identifiers(columns()) + ", " + SOURCE + ", " + ROW + " FROM (" + rows("") + ") WHERE "
                + OWN + " AND " + KEEP + ")";
    }

    /** Where the rows of each slice belong with their proof, and the order of the batch's. */
    record Counts(List<SliceCount> slices, MeasuredKey key) {
        Counts {
            slices = List.copyOf(slices);
        }

        /** Rows of the batch. */
        long routed() {
            return slices.stream().mapToLong(slice -> slice.routed().rows()).sum();
        }
    }

    /** Counts in a scan of its own, apart from the one that sorts and writes. */
    Counts counts(DuckDbSession session, TableDefinition definition, AcceptedRuns.Extent extent)
            throws DuckDbException, InterruptedException {
        record Counted(SliceCount slice, SortKey.Bounds bounds) {}
        prepare(session);
        SortKey key = MeasuredKey.key(session, this, definition, extent);
        String file = SourceRelation.FILE;
        String routed = OWN + " AND " + KEEP;
        List<Counted> counted = session.query(
                "SELECT " + file + ", CAST(" + OWN + " AS INTEGER), " + RowNumbersSql.aggregate(ROW)
                        + ", count(*) FILTER (WHERE " + routed + "), "
                        + RowHashSql.sum("CASE WHEN " + routed + " THEN " + RowHashSql.ofRow(columns()) + " ELSE 0 END")
                        + key.measures(Optional.of(routed)) + " FROM (" + rows(file + ", ")
                        + ") GROUP BY ALL ORDER BY ALL",
                row -> {
                    SliceCount slice = SliceCount.read(row);
                    return new Counted(
                            slice,
                            key.read(row, SliceCount.COLUMNS, slice.routed().rows()));
                });
        return new Counts(
                counted.stream().map(Counted::slice).toList(),
                new MeasuredKey(key, counted.stream().map(Counted::bounds).reduce(key.none(), SortKey.Bounds::and)));
    }

    /** All rows of the slices, with whether they are the batch's own: null for those of no batch. */
    private String rows(String more) {
        return "SELECT source.*, routing." + Sql.identifier(StagedColumns.BATCH) + " = " + batch + " AS " + OWN
                + " FROM (SELECT " + more + table.selectList() + ", " + table.where() + " AS " + KEEP + ", "
                + Sql.identifier(table.listing()) + " AS " + LISTING + ", " + relation.ordinal() + " AS " + SOURCE
                + ", " + SourceRelation.ROW + " AS " + ROW + " FROM (" + relation.sql() + ")) source LEFT JOIN "
                + Routing.TABLE + " routing ON source." + LISTING + " = routing." + Routing.LISTING;
    }
}
