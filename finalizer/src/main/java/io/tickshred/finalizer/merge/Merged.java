package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowOrderSql;
import io.tickshred.duckdb.SortKey;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.model.Day;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.FooterLabels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The SQL of one batch of one table. The column names come from the rows and the definition, always quoted.
 *
 * @param rows of the batch
 * @param expected proof of them, computed when their sources were read
 * @param extent of the table's sources
 * @param directory the task's scratch
 */
record Merged(
        Day day,
        TableDefinition table,
        BatchRows rows,
        int batch,
        Proof expected,
        AcceptedRuns.Extent extent,
        Path directory) {
    static final String RUNS = "runs";

    /** Rows of a row group: few enough that a listing prunes well, enough that encoding is not slowed. */
    private static final int ROW_GROUP_ROWS = 65_536;

    /**
     * What the object as written holds.
     *
     * @param listings number of distinct listings
     */
    record Found(Proof proof, Optional<String> minTimestamp, Optional<String> maxTimestamp, int listings) {}

    Path file() {
        return directory.resolve("batch.parquet");
    }

    private List<String> columns() {
        return rows.columns();
    }

    /** By what the rows are sorted: listing, order columns, source, row. */
    SortKey key(DuckDbSession session) throws DuckDbException, InterruptedException {
        Map<String, String> types =
                session
                        .query("DESCRIBE SELECT * FROM " + rows.from(), row -> Map.entry(row.text(0), row.text(1)))
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        List<SortKey.Part> order = new ArrayList<>();
        for (String column : rowOrder()) {
            order.add(SortKey.Part.of(Sql.identifier(column), types.getOrDefault(column, "")));
        }
        order.add(SortKey.Part.within(Sql.identifier(StagedColumns.SOURCE), 0, extent.lastOrdinal()));
        order.add(SortKey.Part.within(Sql.identifier(StagedColumns.ROW), 0, extent.mostRows()));
        return new SortKey(order);
    }

    /** Bounds of the key over the batch's rows. */
    Optional<SortKey.Bounds> bounds(DuckDbSession session, SortKey key) throws DuckDbException, InterruptedException {
        String sql = "SELECT count(*)" + key.measures(Optional.empty()) + " FROM " + rows.from();
        return Optional.of(
                session.query(sql, row -> key.read(row, 1, row.int64(0))).get(0));
    }

    String copy(SortKey key, Optional<SortKey.Bounds> bounds) {
        return "COPY (SELECT " + Sql.identifiers(columns()) + " FROM " + rows.from() + " ORDER BY "
                + key.orderBy(bounds) + ") TO " + Sql.literal(file().toString())
                + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")";
    }

    /**
     * Says in the footer what the file is and how it is sorted. Not which plan made it: that stands in the key and in
     * the manifest, and the same input gives the same bytes.
     */
    void label() throws IOException {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put("tickshred.dataset", day.dataset());
        labels.put("tickshred.date", day.date().toString());
        labels.put("tickshred.table", table.name());
        labels.put("tickshred.batch", Integer.toString(batch));
        labels.put("tickshred.rows", Long.toString(expected.rows()));
        labels.put("tickshred.row-hash", expected.hash().toString());
        labels.put("tickshred.row-hash-algorithm", RowHash.ALGORITHM);
        FooterLabels.write(file(), rowOrder(), labels);
    }

    /** The order that can be told from the published columns. */
    private List<String> rowOrder() {
        List<String> order = new ArrayList<>();
        order.add(table.listing());
        order.addAll(table.order());
        return order;
    }

    /** Rows that come before the row in front of them, in the object as written. */
    String disorder() {
        return RowOrderSql.disorder(file(), rowOrder());
    }

    String proof() {
        String timestamp = Sql.identifier(table.timestamp());
        return "SELECT count(*), " + RowHashSql.aggregate(columns()) + ", min(" + timestamp + ")::VARCHAR, max("
                + timestamp + ")::VARCHAR, count(DISTINCT " + Sql.identifier(table.listing()) + ") FROM read_parquet("
                + Sql.literal(file().toString()) + ")";
    }

    Found found(Row row) {
        return new Found(
                new Proof(row.int64(0), RowHashSql.read(row, 1)),
                text(row, 2),
                text(row, 3),
                Math.toIntExact(row.int64(4)));
    }

    private static Optional<String> text(Row row, int column) {
        return row.isNull(column) ? Optional.empty() : Optional.of(row.text(column));
    }
}
