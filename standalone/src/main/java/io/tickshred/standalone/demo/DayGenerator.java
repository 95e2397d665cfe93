package io.tickshred.standalone.demo;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.Sql;
import io.tickshred.standalone.demo.Market.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes synthetic trading days as Parquet objects {@code trades/date=…/mic=…/part-N.parquet} with the columns of real
 * trade data. Every value is a function of seed, date, venue and row number, so DuckDB streams rows straight into the
 * file: memory is bounded whatever the size of the day.
 *
 * <p>Rows of a venue are in time order with symbols interleaved; activity is Zipf-like over tickers and U-shaped over
 * the session; about a third of the rows tie with the row before; prices wander around a level of the ticker's own.
 */
public final class DayGenerator {
    /** A venue's day is cut into files of at most so many rows. */
    static final long ROWS_PER_FILE = 500_000;

    /**
     * Resolution of the choice of a listing; a quantum is the least share of a venue's trades that a listing gets, so
     * the rarest of very many do not trade on a day.
     */
    private static final int QUANTA = 65_536;

    private final DuckDbSession session;

    /** @param session writes below its own scratch directory only, so days are made there */
    public DayGenerator(DuckDbSession session) {
        this.session = session;
    }

    /**
     * Writes one day and returns its files, in the order of keys.
     *
     * @param root directory below the session's scratch; keys are relative to it
     */
    public List<Path> write(SyntheticDay day, Path root) throws IOException, DuckDbException, InterruptedException {
        List<Listing> listings = Market.listings(day.listings());
        long[] rows = Market.rowsByVenue(listings, day.rows());
        List<Path> files = new ArrayList<>();
        for (int v = 0; v < rows.length; v++) {
            if (rows[v] == 0) {
                continue;
            }
            int venue = v;
            chooseListings(listings.stream().filter(l -> l.venue() == venue).toList());
            Path directory = root.resolve(
                    "trades/date=" + day.date() + "/mic=" + Venue.ALL.get(v).mic());
            Files.createDirectories(directory);
            int part = 0;
            for (long first = 0; first < rows[v]; first += ROWS_PER_FILE) {
                Path file = directory.resolve("part-" + part++ + ".parquet");
                session.execute("COPY (" + rowsSql(day, v, first, Math.min(first + ROWS_PER_FILE, rows[v]), rows[v])
                        + ") TO " + Sql.path(file) + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)");
                files.add(file);
            }
        }
        files.sort(null);
        return files;
    }

    /** Sets lists by number within the venue, and a list that says for each quantum which listing it is. */
    private void chooseListings(List<Listing> listings) throws DuckDbException, InterruptedException {
        double total = listings.stream().mapToDouble(Listing::weight).sum();
        int[] picks = new int[QUANTA];
        int listing = 0;
        double upTo = listings.get(0).weight() / total;
        for (int quantum = 0; quantum < QUANTA; quantum++) {
            while ((quantum + 0.5) / QUANTA > upTo && listing < listings.size() - 1) {
                upTo += listings.get(++listing).weight() / total;
            }
            picks[quantum] = listing + 1;
        }
        set(
                "pick",
                Arrays.stream(picks).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]::INTEGER[]")));
        set("listing", list(listings, l -> Long.toString(l.listingId()), "BIGINT"));
        set("instrument", list(listings, l -> Long.toString(l.instrumentId()), "BIGINT"));
        set("ticker", list(listings, l -> Sql.literal(l.ticker()), "VARCHAR"));
        set("base", list(listings, l -> String.format(Locale.ROOT, "%.2f", l.basePrice()), "DOUBLE"));
    }

    private void set(String name, String value) throws DuckDbException, InterruptedException {
        session.execute("SET VARIABLE " + name + " = " + value);
    }

    private static String list(List<Listing> listings, Function<Listing, String> value, String type) {
        return listings.stream().map(value).collect(Collectors.joining(",", "[", "]::" + type + "[]"));
    }

    /**
     * Rows {@code first} to {@code end} of a venue. A row's place in time is its number, or with some chance the number
     * of the row before, which makes ties without ever going back; the arcsine law gives the session its busy ends.
     */
    private static String rowsSql(SyntheticDay day, int venueNumber, long first, long end, long all) {
        Venue venue = Venue.ALL.get(venueNumber);
        long salt = day.seed() * 1_000_003 + day.date().toEpochDay() * 101 + venueNumber;
        return String.format(
                Locale.ROOT,
                """
                WITH draw AS (
                    SELECT k, hash(%1$d, 'row', k) AS h, hash(%1$d, 'value', k) AS g FROM range(%2$d, %3$d) AS t(k)),
                place AS (
                    SELECT *, CASE WHEN (h & 255) < 86 AND k > 0 THEN k - 1 ELSE k END AS e,
                        getvariable('pick')[1 + ((h >> 8) & 65535)::INTEGER] AS l
                    FROM draw),
                share AS (SELECT *, (e + (hash(%1$d, 'time', e) & 1048575) / 1048576) / %4$d AS u FROM place),
                clock AS (
                    SELECT *, CASE
                            WHEN u < 0.02 THEN 28800e9 + 19800e9 * (u / 0.02)
                            WHEN u > 0.985 THEN 72000e9 + 13000e9 * ((u - 0.985) / 0.015)
                            ELSE 48600e9 + 23400e9 * (1 - cos(pi() * (u - 0.02) / 0.965)) / 2
                        END AS raw
                    FROM share),
                tick AS (SELECT *, floor(raw / %5$s)::BIGINT * %5$s AS ns FROM clock)
                SELECT
                    getvariable('listing')[l] AS ListingId,
                    getvariable('instrument')[l] AS InstrumentId,
                    %6$s AS MIC,
                    getvariable('ticker')[l] AS Ticker,
                    DATE '%7$s' AS TradeDate,
                    make_timestamp(epoch_us(TIMESTAMP '%7$s') + ns // 1000) AS TradeTimestamp,
                    make_timestamp_ns(epoch_ns(TIMESTAMP '%7$s') + ns) AS TradeTimestampNanoseconds,
                    round(getvariable('base')[l] * (1
                        + 0.015 * sin(ns / 4.1e12 + getvariable('instrument')[l])
                        + 0.004 * sin(ns / 3.7e11 + 3 * getvariable('instrument')[l])
                        + 0.0012 * ((g & 1023) / 1023 - 0.5)), 2) AS Price,
                    CASE
                        WHEN ((g >> 10) & 1023) = 0 THEN 0
                        WHEN ((g >> 10) & 1023) < 160 THEN 1 + ((g >> 20) & 127) %% 99
                        ELSE 100 * (1 + floor(-1.6 * ln((1 + ((g >> 20) & 65535)) / 65536)))
                    END::DOUBLE AS Size,
                    CASE WHEN ((g >> 36) & 63) = 0 THEN NULL ELSE '%8$s' || lpad((k + 1)::VARCHAR, 10, '0') END AS TradeId,
                    k + 1 AS SeqNo,
                    CASE (g >> 42) & 3 WHEN 0 THEN NULL WHEN 1 THEN 1 ELSE -1 END::BIGINT AS AggressorSide,
                    CASE WHEN ((g >> 44) & 15) < 11 THEN '1' WHEN ((g >> 44) & 15) < 14 THEN '2000' ELSE '20000020' END
                        AS OriginalTradeType,
                    '%8$s' AS ExecutionVenue,
                    ((g >> 48) & 511) = 0 AS Suspicious
                FROM tick""",
                salt,
                first,
                end,
                all,
                venue.coarse() ? "1000000" : "1",
                Sql.literal(venue.mic()),
                day.date(),
                venue.letter());
    }
}
