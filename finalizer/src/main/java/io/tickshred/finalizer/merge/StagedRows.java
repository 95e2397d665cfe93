package io.tickshred.finalizer.merge;

import io.tickshred.duckdb.Sql;
import io.tickshred.duckdb.StagedColumns;
import io.tickshred.parquet.Footer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The rows of a batch in mirrors of staged runs.
 *
 * @param schema footer of any staged object of the table
 * @param runs directory of the mirrors
 */
record StagedRows(Footer schema, int batch, Path runs) implements BatchRows {
    private static final Set<String> STAGED_ONLY = Set.of(StagedColumns.BATCH, StagedColumns.SOURCE, StagedColumns.ROW);

    @Override
    public boolean staged() {
        return true;
    }

    @Override
    public List<String> columns() {
        return schema.columns().stream()
                .map(Footer.Column::name)
                .filter(name -> !STAGED_ONLY.contains(name))
                .toList();
    }

    /** A packed run's row groups may hold rows of the batches before and after. */
    @Override
    public String from() {
        String packed = schema.column(StagedColumns.BATCH).isPresent()
                ? " WHERE " + Sql.identifier(StagedColumns.BATCH) + " = " + batch
                : "";
        return "read_parquet(" + Sql.literal(runs + "/*.parquet") + ")" + packed;
    }
}
