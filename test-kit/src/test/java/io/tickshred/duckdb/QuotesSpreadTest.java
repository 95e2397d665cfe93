package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped figures of quotes, weighted by the time that each quote stood. */
class QuotesSpreadTest {
    private static final String FIGURES =
            "Bucket, Quotes, QuotedSeconds, TimeWeightedSpread, TimeWeightedMid, TimeWeightedBidSize, TimeWeightedAskSize";

    @TempDir
    Path temp;

    private MetricFixture metrics;

    @BeforeEach
    void open() {
        metrics = new MetricFixture(temp, new MemoryBudget(128 << 20, 2));
    }

    /** Quotes of listing 1: {@code (second of the day, bid, ask, bid size, ask size)}. */
    private MetricQuery.Input quotes(String values) throws Exception {
        return metrics.input(
                "SELECT 1 AS ListingId, TIMESTAMP '2024-01-02' + to_seconds(t) AS Ts, b::DOUBLE AS BidPrice,"
                        + " a::DOUBLE AS AskPrice, bs AS BidSize, az AS AskSize FROM (VALUES " + values
                        + ") AS v(t, b, a, bs, az)");
    }

    @Test
    void aQuoteStandsUntilTheNextAndTheLastHasNoWeight() throws Exception {
        List<String> day = metrics.rows(
                MetricFixture.shipped("quotes-spread", "quotes", ""),
                FIGURES + ", TimeWeightedSpreadBps",
                quotes("(0, 9, 11, 1, 4), (30, 9.5, 10.5, 2, 2), (40, 1, 100, 9, 9)"));

        assertThat(day).containsExactly("2024-01-03 00:00:00|3|40.0|1.75|10.0|1.25|3.5|1750.0");
    }

    @Test
    void aQuoteIsCutAtTheEdgesOfTheBucketsThatItStandsInAlsoWhereNoneCame() throws Exception {
        List<String> minutes = metrics.rows(
                MetricFixture.shipped("quotes-spread", "quotes", "buckets: [1m], closed: left"),
                FIGURES,
                quotes("(30, 9, 11, 1, 1), (150, 9, 13, 1, 1), (180, 9, 10, 1, 1)"));

        assertThat(minutes)
                .containsExactly(
                        "2024-01-02 00:00:00|1|30.0|2.0|10.0|1.0|1.0",
                        "2024-01-02 00:01:00|0|60.0|2.0|10.0|1.0|1.0",
                        "2024-01-02 00:02:00|1|60.0|3.0|10.5|1.0|1.0",
                        "2024-01-02 00:03:00|1|0.0|null|null|null|null");
        assertThat(metrics.rows(
                        MetricFixture.shipped("quotes-spread", "quotes", "buckets: [1m]"),
                        "Bucket, Quotes, QuotedSeconds",
                        quotes("(60, 9, 11, 1, 1), (120, 9, 13, 1, 1), (121, 9, 13, 1, 1)")))
                .containsExactly(
                        "2024-01-02 00:01:00|1|0.0", "2024-01-02 00:02:00|1|60.0", "2024-01-02 00:03:00|1|1.0");
    }

    @Test
    void oneSidedCrossedAndPoisonedQuotesEndTheOneBeforeAndWeighNothing() throws Exception {
        List<String> day = metrics.rows(
                MetricFixture.shipped("quotes-spread", "quotes", ""),
                FIGURES + ", OneSidedQuotes, CrossedQuotes",
                quotes(
                        "(0, 9, 11, 1, 1), (10, NULL, 11, 1, 1), (20, 'NaN'::DOUBLE, 11, 1, 1), (30, 9, 'Infinity'::DOUBLE, 1, 1),"
                                + " (40, 0, 11, 0, 1), (50, 12, 11, 1, 1), (60, 9, 10, 3, 1), (70, 9, 10, 3, 1)"));

        assertThat(day).containsExactly("2024-01-03 00:00:00|8|20.0|1.5|9.75|2.0|1.0|4|1");
    }

    @Test
    void quotesOfOneTimeKeepTheirOrderAndAWildTimeDoesNotFillYearsWithBuckets() throws Exception {
        assertThat(metrics.rows(
                        MetricFixture.shipped("quotes-spread", "quotes", ""),
                        "QuotedSeconds, TimeWeightedSpread",
                        quotes("(0, 9, 20, 1, 1), (0, 9, 11, 1, 1), (10, 9, 11, 1, 1)")))
                .containsExactly("10.0|2.0");
        assertThat(metrics.rows(
                        MetricFixture.shipped("quotes-spread", "quotes", "buckets: [1h]"),
                        "Bucket",
                        quotes("(-90000000, 9, 20, 1, 1), (0, 9, 11, 1, 1), (10, 9, 11, 1, 1)")))
                .hasSizeBetween(20, 60);
    }

    @Test
    void sizesMayBeMissing() throws Exception {
        MetricQuery.Input quotes = metrics.input("SELECT 1 AS ListingId, TIMESTAMP '2024-01-02' + to_seconds(t) AS Ts,"
                + " 1 AS Bid, 2 AS Ask FROM range(3) AS r(t)");

        assertThat(metrics.rows(MetricFixture.shipped("quotes-spread", "quotes", ""), FIGURES, quotes))
                .containsExactly("2024-01-03 00:00:00|3|2.0|1.0|1.5|null|null");
    }

    @Test
    void aTimestampThatIsNoneWeighsNothingAndDisturbsNoOther() throws Exception {
        MetricQuery.Input quotes = metrics.input("SELECT 1 AS ListingId, t AS Ts, b::DOUBLE AS BidPrice,"
                + " b::DOUBLE + 2 AS AskPrice FROM (VALUES (-9223372036854775808, 1), (0, 1),"
                + " (epoch_ns(TIMESTAMP '2024-01-02 09:00:00'), 9), (epoch_ns(TIMESTAMP '2024-01-02 09:00:30'), 9),"
                + " (9223372036854775807, 1)) AS v(t, b)");

        assertThat(metrics.rows(
                        MetricFixture.shipped("quotes-spread", "quotes", "buckets: [1m, 1d], closed: left"),
                        "BucketWidth, Bucket, Quotes, QuotedSeconds, TimeWeightedMid",
                        quotes))
                .containsExactly(
                        "1d|2024-01-02 00:00:00|5|30.0|10.0",
                        "1m|2024-01-02 09:00:00|2|30.0|10.0",
                        "1m|null|3|0.0|null");
    }
}
