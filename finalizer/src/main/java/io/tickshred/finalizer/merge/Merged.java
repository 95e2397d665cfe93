package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.RowHashSql;
import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.model.Proof;
import io.tickshred.model.TableDefinition;
import io.tickshred.parquet.Footer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The SQL of one batch of one table. The column names come from the staged schema and the definition, always quoted.
 *
 * @param schema footer of any staged object of the table
 * @param directory the task's scratch
 */
record Merged(TableDefinition table, Footer schema, int batch, Path directory) {
    static final String RUNS = "runs";

    /** Rows of a row group: few enough that a listing prunes well, enough that encoding is not slowed. */
    private static final int ROW_GROUP_ROWS = 65_536;

    private static final Set<String> STAGED_ONLY = Set.of(StagedColumns.BATCH, StagedColumns.SOURCE, StagedColumns.ROW);

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
        return schema.columns().stream()
                .map(Footer.Column::name)
                .filter(name -> !STAGED_ONLY.contains(name))
                .toList();
    }

    String copy() {
        boolean packed = schema.column(StagedColumns.BATCH).isPresent();
        List<String> order = new ArrayList<>();
        order.add(table.listing());
        order.addAll(table.order());
        order.add(StagedColumns.SOURCE);
        order.add(StagedColumns.ROW);
        return "COPY (SELECT " + Sql.identifiers(columns())
                + " FROM read_parquet(" + Sql.literal(directory.resolve(RUNS) + "/*.parquet") + ")"
                + (packed ? " WHERE " + Sql.identifier(StagedColumns.BATCH) + " = " + batch : "")
                + " ORDER BY "
                + order.stream().map(c -> Sql.identifier(c) + " ASC NULLS LAST").collect(Collectors.joining(", "))
                + ") TO " + Sql.literal(file().toString())
                + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + ROW_GROUP_ROWS + ")";
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
