package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.SortKey;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.model.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * By what a batch's rows are sorted: listing, order columns, source, row; and the bounds of these over the rows, which
 * make the key short.
 */
record MeasuredKey(SortKey key, SortKey.Bounds bounds) {
    /** The key of a batch, in a prepared session. */
    static SortKey key(DuckDbSession session, BatchRows rows, TableDefinition table, AcceptedRuns.Extent extent)
            throws DuckDbException, InterruptedException {
        Map<String, String> types =
                session
                        .query("DESCRIBE SELECT * FROM " + rows.from(), row -> Map.entry(row.text(0), row.text(1)))
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        List<SortKey.Part> order = new ArrayList<>();
        for (String column : order(table)) {
            order.add(SortKey.Part.of(Sql.identifier(column), types.getOrDefault(column, "")));
        }
        order.add(SortKey.Part.within(Sql.identifier(StagedColumns.SOURCE), 0, extent.lastOrdinal()));
        order.add(SortKey.Part.within(Sql.identifier(StagedColumns.ROW), 0, extent.mostRows()));
        return new SortKey(order);
    }

    /** The order that can be told from the published columns. */
    static List<String> order(TableDefinition table) {
        List<String> order = new ArrayList<>();
        order.add(table.listing());
        order.addAll(table.order());
        return order;
    }

    /** Measures by a scan of the rows. */
    static MeasuredKey of(DuckDbSession session, BatchRows rows, TableDefinition table, AcceptedRuns.Extent extent)
            throws DuckDbException, InterruptedException {
        SortKey key = key(session, rows, table, extent);
        String sql = "SELECT count(*)" + key.measures(Optional.empty()) + " FROM " + rows.from();
        return new MeasuredKey(
                key, session.query(sql, row -> key.read(row, 1, row.int64(0))).get(0));
    }

    /** What follows ORDER BY. */
    String orderBy() {
        return key.orderBy(Optional.of(bounds));
    }
}
