package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.RowOrderSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.model.Day;
import io.tickshred.model.Proof;
import io.tickshred.model.RowHash;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.FooterLabels;
import io.tickshred.parquet.FooterReader;
import io.tickshred.parquet.RowWidth;
import io.tickshred.store.file.FileObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The SQL of one batch of one table. The column names come from the rows and the definition, always quoted.
 *
 * @param rows of the batch
 * @param expected proof of them, computed when their sources were read
 * @param extent of the table's sources
 * @param measured the order of the rows, if it is known
 * @param directory the task's scratch
 */
record Merged(
        Day day,
        TableDefinition table,
        BatchRows rows,
        int batch,
        Proof expected,
        AcceptedRuns.Extent extent,
        Optional<MeasuredKey> measured,
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
        return file(directory);
    }

    /** Where a batch is written below its task's scratch. */
    static Path file(Path directory) {
        return directory.resolve("batch.parquet");
    }

    private List<String> columns() {
        return rows.columns();
    }

    /** By what the rows are sorted; measured by a scan, unless it was when they were counted. */
    MeasuredKey key(DuckDbSession session) throws DuckDbException, InterruptedException {
        return measured.isPresent() ? measured.get() : MeasuredKey.of(session, rows, table, extent);
    }

    String copy(MeasuredKey key) {
        return "COPY (SELECT " + Sql.identifiers(columns()) + " FROM " + rows.from() + " ORDER BY " + key.orderBy()
                + ") TO " + Sql.literal(file().toString()) + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
                + ROW_GROUP_ROWS + ")";
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
        FooterLabels.write(file(), MeasuredKey.order(table), labels);
    }

    /** Bytes that the columns of the object as written take in memory. */
    long memoryBytes() throws IOException {
        try (FileObjectStore local = new FileObjectStore(directory)) {
            Footer written =
                    FooterReader.read(local, local.head(file().getFileName().toString()));
            Set<String> names =
                    written.columns().stream().map(Footer.Column::name).collect(Collectors.toSet());
            return Math.round(written.rows() * RowWidth.of(written, names));
        }
    }

    /** Rows that come before the row in front of them, in the object as written. */
    String disorder() {
        return RowOrderSql.disorder(file(), MeasuredKey.order(table));
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
