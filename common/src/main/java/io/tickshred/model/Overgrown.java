package io.tickshred.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table of a batch that turned out over its cap in rows or in bytes, and larger in that than the plan expected:
 * whoever loads the batch needs more memory than the caps promise. What the plan itself put over a cap is not meant,
 * its figures tell of that.
 *
 * @param plannedRows that the plan expected
 * @param memoryBytes that the columns of the rows take in memory
 * @param fullness how many times the fuller of the caps it is, in rows or bytes; above 1
 * @param plannedBytes in memory that the plan expected; empty where it did not say
 */
public record Overgrown(
        String table, long plannedRows, long rows, long memoryBytes, double fullness, Optional<Long> plannedBytes) {
    public Overgrown {
        if (!(fullness > 1) || rows <= plannedRows && memoryBytes <= plannedBytes.orElse(Long.MAX_VALUE)) {
            throw new IllegalArgumentException("table " + table + " must have more than its cap and than planned: "
                    + rows + " rows, " + plannedRows + " planned, " + memoryBytes + " bytes, " + plannedBytes
                    + " planned, " + fullness + " times a cap");
        }
    }

    /** A table that is over a cap and was not planned so; nothing for all others. */
    public static Optional<Overgrown> of(
            BatchFile file, long plannedRows, Optional<Long> plannedBytes, BatchCaps caps) {
        long rows = file.proof().rows();
        long bytes = file.memoryBytes().orElse(0L);
        boolean inRows = rows > caps.maxRows() && rows > plannedRows;
        // Where a plan did not say bytes, more rows are more bytes.
        boolean inBytes =
                bytes > caps.maxBytes() && plannedBytes.map(p -> bytes > p).orElse(rows > plannedRows);
        double fullness = Math.max((double) rows / caps.maxRows(), (double) bytes / caps.maxBytes());
        return inRows || inBytes
                ? Optional.of(new Overgrown(file.table(), plannedRows, rows, bytes, fullness, plannedBytes))
                : Optional.empty();
    }

    /**
     * The tables of a batch that are.
     *
     * @param files one for each table
     * @param planned what was expected of each, in the same order; nothing is told where the plan said nothing
     * @param tables their definitions, in the same order
     */
    public static List<Overgrown> in(List<BatchFile> files, Batch planned, List<TableDefinition> tables) {
        List<Overgrown> found = new ArrayList<>();
        for (int t = 0; planned.estimatedRows().isPresent() && t < files.size(); t++) {
            int table = t;
            of(
                            files.get(t),
                            planned.estimatedRows().get().get(t),
                            planned.estimatedBytes().map(bytes -> bytes.get(table)),
                            tables.get(t).caps())
                    .ifPresent(found::add);
        }
        return found;
    }

    /** The batches of a day that are, in a line for a person; empty where there is none. */
    public static Optional<String> note(Manifest manifest) {
        long batches = 0;
        Optional<String> worst = Optional.empty();
        double fullest = 0;
        for (Manifest.ManifestBatch batch : manifest.batches()) {
            List<Overgrown> tables = batch.overgrown().orElse(List.of());
            batches += tables.isEmpty() ? 0 : 1;
            for (Overgrown table : tables) {
                if (table.fullness > fullest) {
                    fullest = table.fullness;
                    boolean inRows = table.rows > table.plannedRows;
                    worst = Optional.of(String.format(
                            Locale.ROOT,
                            "batch %d has %d %s of %s, %d were planned, %.1f times a cap",
                            batch.number(),
                            inRows ? table.rows : table.memoryBytes,
                            inRows ? "rows" : "bytes in memory",
                            table.table,
                            inRows ? table.plannedRows : table.plannedBytes.orElse(0L),
                            table.fullness));
                }
            }
        }
        long count = batches;
        return worst.map(most -> count + (count == 1 ? " batch" : " batches")
                + " turned out larger than planned and than a cap: " + most
                + "; loading such a batch takes more memory, another estimator or strategy may divide better");
    }
}
