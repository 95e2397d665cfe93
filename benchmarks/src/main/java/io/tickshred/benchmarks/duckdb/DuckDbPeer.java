package io.tickshred.benchmarks.duckdb;

import static io.tickshred.benchmarks.duckdb.PeerDatabase.parquetBelow;
import static io.tickshred.benchmarks.duckdb.PeerDatabase.text;

import io.tickshred.benchmarks.disk.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * DuckDB alone, as a process of its own: {@code DuckDbPeer PLAN INPUT MAP OUTPUT MEMORY THREADS}, where the map is a
 * Parquet file of (ListingId, batch). The output has one file a batch, sorted as Tickshred sorts.
 */
public final class DuckDbPeer {
    /** Order of the rows of a batch; SeqNo is different in all rows of a listing. */
    static final String ORDER = "ListingId, TradeTimestampNanoseconds, SeqNo";

    /** DuckDB's own partitioned_write_flush_threshold. */
    private static final long FLUSHED_ROWS = 524_288;

    /** Ways of doing the day. */
    public enum Plan {
        /**
         * One partitioned, sorted COPY. The order is COPY's own option ORDER_BY: an ORDER BY of the query does not
         * survive PARTITION_BY on more than one thread.
         */
        ONE_SHOT,
        /** One partitioned COPY, then one sorted COPY a batch. */
        TWO_STEP,
        /** Decode and encode, nothing else. */
        FLOOR
    }

    private final PeerDatabase database;
    private final Path input;
    private final Path map;
    private final Path output;

    private DuckDbPeer(PeerDatabase database, Path input, Path map, Path output) {
        this.database = database;
        this.input = input;
        this.map = map;
        this.output = output;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 6) {
            System.err.println("usage: DuckDbPeer ONE_SHOT|TWO_STEP|FLOOR INPUT MAP OUTPUT MEMORY THREADS");
            System.exit(2);
        }
        Path output = Path.of(arguments[3]);
        try (PeerDatabase database =
                PeerDatabase.open(output.resolveSibling("spill"), arguments[4], Integer.parseInt(arguments[5]))) {
            new DuckDbPeer(database, Path.of(arguments[1]), Path.of(arguments[2]), output)
                    .run(Plan.valueOf(arguments[0]));
        }
    }

    private void run(Plan plan) throws IOException {
        Files.createDirectories(output);
        switch (plan) {
            case ONE_SHOT -> oneShot();
            case TWO_STEP -> twoStep();
            case FLOOR -> floor();
        }
    }

    private void oneShot() throws IOException {
        // A partition is flushed when a thread has that many rows of it, into a file of its own each time: more than
        // the default where batches are larger, but no more than is needed, for what is held spills.
        long rows = database.footerRows(input);
        long batches = database.number("SELECT count(DISTINCT batch) FROM read_parquet(" + text(map.toString()) + ")");
        if (rows / batches > 2 * FLUSHED_ROWS) {
            database.execute("SET partitioned_write_flush_threshold = 1000000");
        }
        copyPartitioned(output, "zstd", ", ORDER_BY (" + ORDER + ")");
    }

    private void copyPartitioned(Path target, String compression, String more) throws IOException {
        database.execute(
                "COPY (SELECT trades.*, batch FROM " + source(parquetBelow(input)) + " AS trades JOIN read_parquet("
                        + text(map.toString()) + ") AS map USING (ListingId)) TO " + text(target.toString())
                        + " (FORMAT parquet, COMPRESSION " + compression + ", PARTITION_BY (batch)" + more + ")");
    }

    private void twoStep() throws IOException {
        Path staging = output.resolveSibling("staging");
        // Batches come in any order, so keeping the input's would only cost.
        database.execute("SET preserve_insertion_order = false");
        copyPartitioned(staging, "lz4", "");
        List<String> batches =
                database.texts("SELECT DISTINCT batch FROM read_parquet(" + text(map.toString()) + ") ORDER BY 1");
        database.execute("SET preserve_insertion_order = true");
        for (String batch : batches) {
            Path partition = staging.resolve("batch=" + batch);
            database.execute("COPY (FROM " + source(parquetBelow(partition)) + " ORDER BY " + ORDER + ") TO "
                    + text(output.resolve("batch-" + batch + ".parquet").toString())
                    + " (FORMAT parquet, COMPRESSION zstd)");
        }
        Directories.delete(staging);
    }

    private void floor() throws IOException {
        database.execute("SET preserve_insertion_order = false");
        database.execute("COPY (FROM " + source(parquetBelow(input)) + ") TO "
                + text(output.resolve("all.parquet").toString()) + " (FORMAT parquet, COMPRESSION zstd)");
    }

    /** The files' own columns alone, without those that DuckDB would make of folder names. */
    private static String source(String files) {
        return "read_parquet(" + files + ", hive_partitioning = false)";
    }
}
