package io.tickshred.benchmarks.duckdb;

import static io.tickshred.benchmarks.duckdb.PeerDatabase.rowsBelow;
import static io.tickshred.benchmarks.duckdb.PeerDatabase.text;

import io.tickshred.benchmarks.day.BatchAssignment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether a candidate did the job, read from its files alone. */
public final class OutputCheck {
    private static final String NANOSECONDS = "TradeTimestampNanoseconds";

    private final PeerDatabase database;

    public OutputCheck(PeerDatabase database) {
        this.database = database;
    }

    /**
     * What a directory of Parquet files holds.
     *
     * @param rows rows of all files
     * @param hash sum modulo 2^64 of a hash of each row, independent of order
     * @param files files with rows
     * @param disordered rows of a file that should stand before the row that they follow
     * @param split listings with rows in more than one file
     */
    public record Content(long rows, String hash, long files, long disordered, long split) {
        /** Tells what is wrong with an output, nothing if it is one sorted file a batch with just the input's rows. */
        public List<String> faultsAgainst(Content input, long batches) {
            List<String> faults = new ArrayList<>(rowFaultsAgainst(input));
            if (files != batches) {
                faults.add("expected " + batches + " files, one a batch, found " + files);
            }
            if (disordered > 0) {
                faults.add(disordered + " rows are out of order");
            }
            if (split > 0) {
                faults.add(split + " listings are in more than one file");
            }
            return faults;
        }

        /** Tells whether the rows differ from the input's, whatever their order and files. */
        public List<String> rowFaultsAgainst(Content input) {
            if (rows != input.rows) {
                return List.of("expected " + input.rows + " rows, found " + rows);
            }
            return hash.equals(input.hash) ? List.of() : List.of("row hash is " + hash + ", the input's " + input.hash);
        }
    }

    /** Reads all of a directory. */
    public Content read(Path directory) throws IOException {
        String files = "read_parquet(" + rowsBelow(directory)
                + ", hive_partitioning = false, filename = true, file_row_number = true)";
        // Spark has no type for nanoseconds and writes their number.
        boolean nanosAsNumber = database.texts("SELECT typeof(" + NANOSECONDS + ") FROM " + files + " LIMIT 1")
                .equals(List.of("BIGINT"));
        String nanos = nanosAsNumber ? NANOSECONDS : "epoch_ns(" + NANOSECONDS + ")";
        long rows = database.footerRows(directory);
        String hash = database.texts(
                        "SELECT to_hex(CAST(sum(hash(ListingId, InstrumentId, MIC, Ticker, TradeTimestamp, "
                                + nanos
                                + ", Price, Size, TradeId, SeqNo, AggressorSide, OriginalTradeType, ExecutionVenue,"
                                + " Suspicious)::HUGEINT) % 18446744073709551616::HUGEINT AS UBIGINT)) FROM " + files)
                .get(0);
        long fileCount = database.number(
                "SELECT count(*) FROM parquet_file_metadata(" + rowsBelow(directory) + ") WHERE num_rows > 0");
        String key = "row(ListingId, " + nanos + ", SeqNo)";
        long disordered = database.number("SELECT count(*) FROM (SELECT " + key + " AS this, lag(" + key
                + ") OVER (PARTITION BY filename ORDER BY file_row_number) AS before FROM " + files
                + ") WHERE this < before");
        long split = database.number("SELECT count(*) FROM (SELECT ListingId FROM " + files
                + " GROUP BY ListingId HAVING count(DISTINCT filename) > 1)");
        return new Content(rows, hash, fileCount, disordered, split);
    }

    /** Writes a batch map made without Tickshred, and gives the number of its batches. */
    public long writeMap(BatchAssignment assignment, Path map) throws IOException {
        database.execute("CREATE OR REPLACE TABLE map(ListingId BIGINT, batch INTEGER)");
        List<List<Long>> batches = assignment.batches();
        for (int batch = 0; batch < batches.size(); batch++) {
            database.execute("INSERT INTO map SELECT unnest(" + batches.get(batch) + "::BIGINT[]), " + batch);
        }
        copyMap(map);
        return batches.size();
    }

    /** Writes the batch map that a published day of Tickshred shows, and gives the number of its batches. */
    public long writePublishedMap(Path published, Path map) throws IOException {
        database.execute("CREATE OR REPLACE TABLE map AS SELECT DISTINCT ListingId,"
                + " regexp_extract(filename, 'batch-[^/]*-(\\d+)\\.parquet$', 1)::INTEGER AS batch FROM read_parquet("
                + rowsBelow(published) + ", hive_partitioning = false, filename = true)");
        copyMap(map);
        return database.number("SELECT count(DISTINCT batch) FROM map");
    }

    private void copyMap(Path map) throws IOException {
        database.execute("COPY (FROM map ORDER BY batch, ListingId) TO " + text(map.toString()) + " (FORMAT parquet)");
    }
}
