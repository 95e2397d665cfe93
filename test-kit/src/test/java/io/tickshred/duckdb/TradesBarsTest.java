package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped bars of trades: where each trade goes, what each figure is, and what must not disturb them. */
class TradesBarsTest {
    @TempDir
    Path temp;

    private MetricFixture metrics;

    @BeforeEach
    void open() {
        metrics = new MetricFixture(temp, new MemoryBudget(128 << 20, 2));
    }

    /** Trades of listing 1: {@code (time of day, price, size)}. */
    private MetricQuery.Input trades(String values) throws Exception {
        return metrics.input("SELECT 1::BIGINT AS ListingId, (DATE '2024-01-02' + t::TIME)::TIMESTAMP_NS AS Ts,"
                + " p::DOUBLE AS Price, s::DOUBLE AS Size FROM (VALUES " + values + ") AS v(t, p, s)");
    }

    @Test
    void everyFigureOfABarIsAsDocumented() throws Exception {
        MetricQuery.Input trades = trades(
                "('09:00', 10, 100), ('09:01', 12, 300), ('09:01', 11, 0), ('09:02', 9, 100), ('09:03', 10, 500)");

        List<String> bars = metrics.rows(
                MetricFixture.shipped("trades-bars", "trades", ""),
                "ListingId, Date, BucketWidth, Bucket, Side, Class, Open, High, Low, Close, Vwap, Volume, Notional,"
                        + " Trades, MedianPrice, MeanPrice, RealisedVolatility.round(12), InvalidRows",
                trades);

        double squares = Math.pow(Math.log(12.0 / 10), 2)
                + Math.pow(Math.log(11.0 / 12), 2)
                + Math.pow(Math.log(9.0 / 11), 2)
                + Math.pow(Math.log(10.0 / 9), 2);
        double volatility = Math.round(Math.sqrt(squares) * 1e12) / 1e12;
        assertThat(bars)
                .containsExactly("1|2024-01-02|1d|2024-01-03 00:00:00|all|all|10.0|12.0|9.0|10.0|10.5|1000.0|10500.0|5"
                        + "|10.0|10.4|" + volatility + "|0");
    }

    @Test
    void aBucketThatIsClosedRightHoldsItsEndAndIsLabelledByIt() throws Exception {
        MetricQuery.Input trades = trades("('00:00:00', 1, 1), ('00:00:00.000001', 2, 1), ('00:01:00', 3, 1),"
                + " ('00:01:00.000001', 4, 1), ('23:59:59.999999', 5, 1)");

        List<String> bars = metrics.rows(
                MetricFixture.shipped("trades-bars", "trades", "buckets: [1m]"), "Bucket, Open, Close", trades);

        assertThat(bars)
                .containsExactly(
                        "2024-01-02 00:00:00|1.0|1.0",
                        "2024-01-02 00:01:00|2.0|3.0",
                        "2024-01-02 00:02:00|4.0|4.0",
                        "2024-01-03 00:00:00|5.0|5.0");
    }

    @Test
    void aBucketThatIsClosedLeftHoldsItsStartAndIsLabelledByIt() throws Exception {
        MetricQuery.Input trades = trades(
                "('00:00:00', 1, 1), ('00:00:59.999999', 2, 1), ('00:01:00', 3, 1)," + " ('23:59:59.999999', 5, 1)");

        List<String> bars = metrics.rows(
                MetricFixture.shipped("trades-bars", "trades", "buckets: [1m], closed: left"),
                "Bucket, Open, Close",
                trades);

        assertThat(bars)
                .containsExactly(
                        "2024-01-02 00:00:00|1.0|2.0", "2024-01-02 00:01:00|3.0|3.0", "2024-01-02 23:59:00|5.0|5.0");
    }

    @Test
    void theDayIsWholeWhateverTheTimesOfItsRowsAndIsLabelledByTheEndThatIsClosed() throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 1 AS ListingId, t AS Ts, p::DOUBLE AS Price, 1 AS Size FROM"
                + " (VALUES (TIMESTAMP_NS '2024-01-01 23:00:00', 1), (TIMESTAMP_NS '2024-01-02 00:00:00', 2),"
                + " (TIMESTAMP_NS '2024-01-03 00:00:00', 3), (NULL, 4)) AS v(t, p)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""), "Bucket, Trades, Open, Close", trades))
                .containsExactly("2024-01-03 00:00:00|4|1.0|4.0");
        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", "closed: left, timeZone: America/New_York"),
                        "Bucket, Trades",
                        trades))
                .containsExactly("2024-01-02 05:00:00|4");
    }

    @Test
    void timesBeforeTheDayAreCutDownwardsAndNullTimesHaveABucketOfTheirOwn() throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 1 AS ListingId, t AS Ts, 1.0 AS Price, 1 AS Size FROM"
                + " (VALUES (TIMESTAMP_NS '2024-01-01 23:30:00'), (TIMESTAMP_NS '2024-01-01 22:30:00.000000001'),"
                + " (NULL)) AS v(t)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", "buckets: [1h], closed: left"),
                        "Bucket, Trades",
                        trades))
                .containsExactly("2024-01-01 22:00:00|1", "2024-01-01 23:00:00|1", "null|1");
        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", "buckets: [1h]"), "Bucket, Trades", trades))
                .containsExactly("2024-01-01 23:00:00|1", "2024-01-02 00:00:00|1", "null|1");
    }

    @Test
    void oneNanosecondDecidesOnWhichSideOfAnEdgeATradeLies() throws Exception {
        long day = MetricFixture.DATE.toEpochDay() * 86_400_000_000_000L;
        MetricQuery.Input trades = metrics.input("SELECT 1 AS ListingId, (" + day
                + " + t)::BIGINT AS Ts, 1.0 AS Price, t AS Size FROM (VALUES (59999999999), (60000000000),"
                + " (60000000001)) AS v(t)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", "buckets: [1m]"), "Bucket, Trades", trades))
                .containsExactly("2024-01-02 00:01:00|2", "2024-01-02 00:02:00|1");
        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", "buckets: [1m], closed: left"),
                        "Bucket, Trades",
                        trades))
                .containsExactly("2024-01-02 00:00:00|1", "2024-01-02 00:01:00|2");
    }

    @Test
    void rowsThatAreNoTradesAreCountedAndDisturbNothing() throws Exception {
        MetricQuery.Input trades =
                trades("('09:00', 10, 100), ('09:00', 'NaN'::DOUBLE, 100), ('09:00', 'Infinity'::DOUBLE, 1),"
                        + " ('09:00', NULL, 7), ('09:00', 11, 'NaN'::DOUBLE), ('09:00', 11, NULL), ('09:00', 11, '-Infinity'::DOUBLE),"
                        + " ('09:00', 99, -5), ('09:00', 1e300, 1), ('09:01', 12, 100)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Open, High, Low, Close, Vwap, Volume, Notional, Trades, MedianPrice, MeanPrice, InvalidRows,"
                                + " isfinite(RealisedVolatility)",
                        trades))
                .containsExactly("10.0|12.0|10.0|12.0|11.0|200.0|2200.0|2|11.0|11.0|8|true");
    }

    @Test
    void aBucketWhoseSizeIsZeroHasPricesAndNoVwap() throws Exception {
        MetricQuery.Input trades = trades("('09:00', 10, 0), ('09:00', 12, 0)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Open, Close, Vwap, Volume, Trades",
                        trades))
                .containsExactly("10.0|12.0|null|0.0|2");
    }

    @Test
    void aBucketWithoutAnyTradeIsTheCountOfWhatWasNone() throws Exception {
        MetricQuery.Input trades = trades("('09:00', 'NaN'::DOUBLE, 5)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Open, Vwap, Volume, Notional, Trades, MedianPrice, RealisedVolatility, InvalidRows",
                        trades))
                .containsExactly("null|null|0.0|0.0|0|null|null|1");
    }

    @Test
    void negativePricesCountAndHaveNoReturn() throws Exception {
        MetricQuery.Input trades = trades("('09:00', 10, 1), ('09:01', -30, 1), ('09:02', -10, 2)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Low, Close, Vwap, MedianPrice, RealisedVolatility",
                        trades))
                .containsExactly("-30.0|-10.0|-10.0|-10.0|0.0");
    }

    @Test
    void sidesAndClassesHaveBarsOfTheirOwnBesideTheTotal() throws Exception {
        MetricQuery.Input trades = metrics.input(
                "SELECT 1 AS ListingId, TIMESTAMP '2024-01-02 09:00:00' AS Ts,"
                        + " p::DOUBLE AS Price, 1 AS Size, s AS AggressorSide, c AS TradeClass FROM (VALUES (10, 'B', 'lit'),"
                        + " (11, 'SELL', 'auction'), (12, 'buy', NULL), (13, NULL, 'off-book'), (14, '?', 'lit')) AS v(p, s, c)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Side, Class, Open, Close, Trades, MedianPrice",
                        trades))
                .containsExactly(
                        "all|all|10.0|14.0|5|12.0",
                        "all|auction|11.0|11.0|1|11.0",
                        "all|lit|10.0|14.0|2|12.0",
                        "all|off-book|13.0|13.0|1|13.0",
                        "buy|all|10.0|12.0|2|11.0",
                        "sell|all|11.0|11.0|1|11.0");
    }

    @Test
    void columnsMayBeOtherNamesOrExpressions() throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 'x' AS ListingId, TIMESTAMP '2024-01-02 09:00:00' AS Ts,"
                + " 1000 AS Ticks, 3 AS \"Last Qty\", 'O' AS Flags");

        assertThat(metrics.rows(
                        MetricFixture.shipped(
                                "trades-bars",
                                "trades",
                                "columns: {price: Ticks / 100, size: '\"Last Qty\"', class: \"CASE WHEN Flags = 'O'"
                                        + " THEN 'auction' ELSE 'lit' END\"}"),
                        "ListingId, Class, Vwap, Volume",
                        trades))
                .containsExactly("x|all|10.0|3.0", "x|auction|10.0|3.0");
    }

    @Test
    void aMissingColumnIsNamedWithWhatTheTableHas() throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 1 AS ListingId, TIMESTAMP '2024-01-02' AS Ts, 1 AS Px");

        assertThatThrownBy(() -> metrics.write(MetricFixture.shipped("trades-bars", "trades", ""), trades))
                .isInstanceOf(MetricException.class)
                .hasMessage("needs a column price, and its table has none of Price, TradePrice; say which with columns:"
                        + " {price: …}; the table has: ListingId, Ts, Px");
    }

    @Test
    void aBatchWithoutTradesGivesNoRowsAndTheSameColumns() throws Exception {
        MetricQuery.Input none = metrics.input(
                "SELECT 1::BIGINT AS ListingId, TIMESTAMP '2024-01-02' AS Ts, 1.0::DOUBLE AS Price, 1 AS Size WHERE false");
        Path some = metrics.write(
                MetricFixture.shipped("trades-bars", "trades", "buckets: [1d, 1h]"), trades("('09:00', 10, 0)"));

        Path file = metrics.write(MetricFixture.shipped("trades-bars", "trades", "buckets: [1d, 1h]"), none);

        assertThat(metrics.read(file, "ListingId")).isEmpty();
        try (DuckDbSession session = DuckDbSession.open(temp, MemoryBudget.LEAST)) {
            assertThat(describe(session, file)).isEqualTo(describe(session, some));
        }
    }

    private static List<String> describe(DuckDbSession session, Path file) throws Exception {
        return session.query("DESCRIBE FROM " + Sql.parquet(List.of(file)), row -> row.text(0) + " " + row.text(1));
    }

    @Test
    void theSameTradesGiveTheSameBytesOnAnyNumberOfThreads() throws Exception {
        // Sizes over many orders of magnitude, so that another order of addition would give other digits.
        MetricQuery.Input trades = metrics.input("SELECT (i // 15000)::BIGINT AS ListingId,"
                + " TIMESTAMP '2024-01-02' + to_milliseconds((i % 15000) * 4000) AS Ts,"
                + " 10 + (hash(i) % 1000) / 7.0 AS Price, (hash(i + 1) % 1000000) / 3.0 * 10.0 ** (hash(i + 2) % 9) AS"
                + " Size, CASE WHEN i % 3 = 0 THEN 'B' WHEN i % 3 = 1 THEN 'S' END AS AggressorSide"
                + " FROM range(60000) AS r(i) ORDER BY i");
        String options = "buckets: [1d, 1m]";
        byte[] one = Files.readAllBytes(new MetricFixture(temp, new MemoryBudget(256 << 20, 1))
                .write(MetricFixture.shipped("trades-bars", "trades", options), trades));

        for (int threads = 2; threads <= 8; threads *= 4) {
            byte[] many = Files.readAllBytes(new MetricFixture(temp, new MemoryBudget(512 << 20, threads))
                    .write(MetricFixture.shipped("trades-bars", "trades", options), trades));

            assertThat(many).as("%d threads", threads).isEqualTo(one);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed: right", "closed: left"})
    void aTimestampThatIsNoneIsInTheBucketWithoutTimeAndDisturbsNoOther(String closed) throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 1::BIGINT AS ListingId, t AS Ts, 10.0::DOUBLE AS Price,"
                + " 1::DOUBLE AS Size FROM (VALUES (-9223372036854775808), (-9223372036854775807), (-1), (0),"
                + " (epoch_ns(TIMESTAMP '2014-01-05')), (epoch_ns(TIMESTAMP '2024-01-02 09:00:30')),"
                + " (epoch_ns(TIMESTAMP '2033-12-30')), (9223372036854775806), (9223372036854775807), (NULL)) AS v(t)");

        List<String> bars = metrics.rows(
                MetricFixture.shipped("trades-bars", "trades", "buckets: [1m, 1h, 1d], " + closed),
                "BucketWidth, Bucket, Trades",
                trades);

        assertThat(bars)
                .filteredOn(bar -> bar.startsWith("1d"))
                .singleElement()
                .asString()
                .endsWith("|10");
        assertThat(bars)
                .filteredOn(bar -> bar.startsWith("1m"))
                .hasSize(4)
                .anyMatch(bar -> bar.startsWith("1m|2014-01-0"))
                .anyMatch(bar -> bar.startsWith("1m|2024-01-02 09:0"))
                .anyMatch(bar -> bar.startsWith("1m|2033-12-"))
                .contains("1m|null|7");
        assertThat(bars).contains("1h|null|7");
    }

    @Test
    void aClassThatIsCalledAllIsInTheTotalAloneAndDoesNotDoubleIt() throws Exception {
        MetricQuery.Input trades = metrics.input("SELECT 1::BIGINT AS ListingId, TIMESTAMP '2024-01-02 09:00:00' AS Ts,"
                + " 10.0::DOUBLE AS Price, s::DOUBLE AS Size, c AS Class FROM (VALUES (1, 'all'), (2, 'lit'), (-1, 'all'))"
                + " AS v(s, c)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("trades-bars", "trades", ""),
                        "Side, Class, Volume, Trades, InvalidRows",
                        trades))
                .containsExactly("all|all|3.0|2|1", "all|lit|2.0|1|0");
    }
}
