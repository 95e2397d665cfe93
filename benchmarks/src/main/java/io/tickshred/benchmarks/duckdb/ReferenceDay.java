package io.tickshred.benchmarks.duckdb;

import io.tickshred.benchmarks.day.ReferenceUniverse;
import io.tickshred.benchmarks.disk.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * A synthetic trading day, the same for the same rows, seed and version of DuckDB: 14 columns of the usual mixed types,
 * {@link ReferenceUniverse#LISTINGS} listings on twelve venues, one or two files a venue, rows of a file in time order
 * with the listings interleaved, a third of them tied with the row before.
 *
 * @param rows trades over all venues
 */
public record ReferenceDay(long rows, long seed, LocalDate date) {
    public static final String TABLE = "trades";

    /** Raised whenever the same arguments would make other rows. */
    private static final int VERSION = 1;

    public ReferenceDay {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1: " + rows);
        }
    }

    /**
     * The directory that holds the day as {@code trades/date=…/mic=…/part-N.parquet}, written now unless it is there. A
     * directory is complete as soon as it has its name.
     *
     * @param parent where the days of all sizes and seeds lie
     * @throws IOException if it cannot be written, or what is there has another number of rows
     */
    public Path ensure(Path parent) throws IOException {
        Path directory = parent.resolve("reference-day-v" + VERSION + "-" + date + "-" + rows + "-" + seed);
        if (!Files.isDirectory(directory)) {
            Path partial = parent.resolve(directory.getFileName() + ".partial");
            Directories.delete(partial);
            Files.createDirectories(partial);
            ReferenceDayWriter.write(this, partial);
            Files.move(partial, directory);
        }
        try (PeerDatabase database = PeerDatabase.open(parent.resolve("scratch"), "1GB", 2)) {
            long found = database.footerRows(directory);
            if (found != rows) {
                throw new IOException("reference day " + directory + " has " + found + " rows, expected " + rows
                        + ": delete the directory, it is then made anew");
            }
        }
        return directory;
    }
}
