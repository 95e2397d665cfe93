package io.tickshred.benchmarks.duckdb;

import static io.tickshred.benchmarks.duckdb.PeerDatabase.text;

import io.tickshred.benchmarks.day.ReferenceListing;
import io.tickshred.benchmarks.day.ReferenceUniverse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/**
 * Writes a reference day with DuckDB, one venue at a time, in 1 GB of memory whatever the number of rows. Chance comes
 * from DuckDB's {@code hash} of seed, listing and row, so that nothing depends on threads or on earlier rows.
 */
public final class ReferenceDayWriter {
    private static final String MEMORY = "1GB";
    private static final int THREADS = 2;

    /** 14:30 to 21:00 UTC. */
    private static final long SESSION_STARTS_SECONDS = 14 * 3600 + 1800;

    private static final long SESSION_MICROS = 23_400_000_000L;

    private ReferenceDayWriter() {}

    /** Writes {@code trades/date=…/mic=…/part-N.parquet} below a directory. */
    public static void write(ReferenceDay day, Path directory) throws IOException {
        ReferenceUniverse universe = ReferenceUniverse.of(day.rows());
        try (PeerDatabase database = PeerDatabase.open(directory.resolve("spill"), MEMORY, THREADS)) {
            for (String mic : ReferenceUniverse.VENUES) {
                Path folder = directory.resolve(ReferenceDay.TABLE + "/date=" + day.date() + "/mic=" + mic);
                if (universe.rowsOn(mic) > 0) {
                    writeVenue(database, day, universe, mic, folder);
                }
            }
        }
    }

    private static void writeVenue(
            PeerDatabase database, ReferenceDay day, ReferenceUniverse universe, String mic, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        database.execute("CREATE OR REPLACE TEMP TABLE venue AS " + events(day, universe, mic));
        long rows = universe.rowsOn(mic);
        // Venues above the average have two files.
        int files = rows > day.rows() / ReferenceUniverse.VENUES.size() ? 2 : 1;
        for (int file = 0; file < files; file++) {
            database.execute("COPY (" + columns(day, mic) + " WHERE SeqNo > " + rows * file / files + " AND SeqNo <= "
                    + rows * (file + 1) / files + ") TO "
                    + text(folder.resolve("part-" + file + ".parquet").toString())
                    + " (FORMAT parquet, COMPRESSION zstd)");
        }
        database.execute("DROP TABLE venue");
    }

    /**
     * When each row of a venue happens, in the file's order. Of three rows of a listing two are one event, at one
     * nanosecond; events are dense at the open and the close.
     */
    private static String events(ReferenceDay day, ReferenceUniverse universe, String mic) {
        String listings =
                universe.on(mic).stream().map(ReferenceDayWriter::values).collect(Collectors.joining(", "));
        return """
                WITH listings(listing, instrument, ticker, n) AS (VALUES %s),
                rows_of AS (
                    SELECT listing, instrument, ticker, i, hash(%d, listing, i) AS h,
                        hash(%d, listing, CASE WHEN i %% 3 = 2 THEN i - 1 ELSE i END, 'event') AS e
                    FROM listings, range(n) AS r(i)),
                placed AS (
                    SELECT *, (e >> 11) / 9007199254740992.0 * 2 - 1 AS x FROM rows_of),
                timed AS (
                    SELECT *, CAST(%d * (0.5 + 0.5 * (1.3 * x - 0.3 * x * x * x)) AS BIGINT) AS us FROM placed)
                SELECT *, row_number() OVER () AS SeqNo FROM (
                    SELECT listing, instrument, ticker, i, h, e, us FROM timed
                    ORDER BY us, e %% 1000, listing, i)
                """.formatted(listings, day.seed(), day.seed(), SESSION_MICROS - 1);
    }

    private static String values(ReferenceListing listing) {
        return "(" + listing.id() + "::BIGINT, " + listing.instrument() + "::BIGINT, " + text(listing.ticker()) + ", "
                + listing.rows() + "::BIGINT)";
    }

    private static String columns(ReferenceDay day, String mic) {
        long startMicros =
                (day.date().atStartOfDay(ZoneOffset.UTC).toEpochSecond() + SESSION_STARTS_SECONDS) * 1_000_000;
        return """
                SELECT
                    listing AS ListingId,
                    instrument AS InstrumentId,
                    %2$s AS MIC,
                    ticker AS Ticker,
                    make_timestamp(%1$d + us) AS TradeTimestamp,
                    make_timestamp_ns((%1$d + us) * 1000 + CAST(e %% 1000 AS BIGINT)) AS TradeTimestampNanoseconds,
                    round((5 + CAST(hash(instrument) %% 40000 AS BIGINT) / 100.0)
                        * (1 + 0.02 * sin(us / 3.6e9 + instrument) + 0.004 * sin(us / 2e8 + instrument))
                        + (CAST(h %% 21 AS BIGINT) - 10) / 100.0, 2)::DOUBLE AS Price,
                    CAST(CASE
                        WHEN h %% 8 < 5 THEN 100 * (1 + (h >> 8) %% 5)
                        WHEN h %% 8 < 7 THEN 1 + (h >> 8) %% 199
                        ELSE 100 * (10 + (h >> 8) %% 90) END AS DOUBLE) AS Size,
                    'N' || lpad(to_hex(CAST(SeqNo * 65536 + CAST((h >> 20) %% 65536 AS BIGINT) AS BIGINT)), 11, '0') AS TradeId,
                    SeqNo,
                    CASE WHEN h %% 11 = 0 THEN NULL WHEN (h >> 13) %% 2 = 0 THEN 1 ELSE -1 END::BIGINT AS AggressorSide,
                    ['@', '@F', '@ T', '@ I', '@F I', '@  X'][CAST(1 + least(5, (h >> 24) %% 16) AS BIGINT)] AS OriginalTradeType,
                    CASE WHEN (h >> 28) %% 5 = 0 THEN 'XOFF' ELSE %2$s END AS ExecutionVenue,
                    (h >> 32) %% 997 = 0 AS Suspicious
                FROM venue""".formatted(startMicros, text(mic));
    }
}
