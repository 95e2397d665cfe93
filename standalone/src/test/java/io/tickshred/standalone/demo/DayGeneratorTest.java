package io.tickshred.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.duckdb.DuckDbSession;
import io.tickshred.duckdb.MemoryBudget;
import io.tickshred.duckdb.Row;
import io.tickshred.duckdb.Sql;
import io.tickshred.fleet.Sha256;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DayGeneratorTest {
    private static final SyntheticDay DAY = new SyntheticDay(LocalDate.of(2024, 1, 2), 60_000, 600, 42);

    @TempDir
    Path scratch;

    @Test
    void theSameSeedGivesTheSameBytesForAnyNumberOfThreads() throws Exception {
        List<String> one = hashes(DAY, "one", 1);
        List<String> two = hashes(DAY, "two", 2);
        List<String> other = hashes(new SyntheticDay(DAY.date(), DAY.rows(), DAY.listings(), 43), "other", 2);

        assertThat(two).isEqualTo(one);
        assertThat(other).hasSameSizeAs(one).doesNotContainAnyElementsOf(one);
    }

    @Test
    void aDayHasItsRowsOnTwelveVenuesInTimeOrderWithTiesAndUnevenListings() throws Exception {
        try (DuckDbSession session = DuckDbSession.open(scratch, new MemoryBudget(256 << 20, 2))) {
            List<Path> files = new DayGenerator(session).write(DAY, scratch.resolve("day"));

            assertThat(files)
                    .hasSize(12)
                    .contains(scratch.resolve("day/trades/date=2024-01-02/mic=XNAS/part-0.parquet"));
            String rows = Sql.parquet(files);
            assertThat(number(session, "SELECT count(*) FROM " + rows + " WHERE Price <= 0 OR Size < 0"))
                    .isZero();
            assertThat(number(session, "SELECT count(*) FROM " + rows)).isEqualTo(60_000);
            assertThat(number(session, "SELECT count(DISTINCT ListingId) FROM " + rows))
                    .isBetween(550L, 600L);
            assertThat(number(
                            session, "SELECT max(n) FROM (SELECT count(*) AS n FROM " + rows + " GROUP BY ListingId)"))
                    .as("the busiest listing has far more than its even share of 100")
                    .isGreaterThan(2_000);
            long ties = 0;
            for (Path file : files) {
                String steps =
                        "(SELECT TradeTimestampNanoseconds AS now, lag(TradeTimestampNanoseconds) OVER (ORDER BY SeqNo)"
                                + " AS before FROM " + Sql.parquet(List.of(file)) + ")";
                assertThat(number(session, "SELECT count(*) FROM " + steps + " WHERE now < before"))
                        .isZero();
                ties += number(session, "SELECT count(*) FROM " + steps + " WHERE now = before");
            }
            assertThat(ties).isBetween(12_000L, 24_000L);
            assertThat(number(session, busy(rows, "13:30", "14:00")))
                    .as("the session's start is at least twice as busy as its middle")
                    .isGreaterThan(2 * number(session, busy(rows, "16:30", "17:00")));
        }
    }

    private static String busy(String rows, String from, String to) {
        return "SELECT count(*) FROM " + rows + " WHERE TradeTimestamp BETWEEN TIMESTAMP '2024-01-02 " + from
                + "' AND TIMESTAMP '2024-01-02 " + to + "'";
    }

    private static long number(DuckDbSession session, String sql) throws Exception {
        return session.query("SELECT CAST((" + sql + ") AS BIGINT)", (Row row) -> row.int64(0))
                .get(0);
    }

    private List<String> hashes(SyntheticDay day, String name, int threads) throws Exception {
        List<String> hashes = new ArrayList<>();
        try (DuckDbSession session = DuckDbSession.open(scratch, new MemoryBudget(256 << 20, threads))) {
            for (Path file : new DayGenerator(session).write(day, scratch.resolve(name))) {
                hashes.add(Sha256.of(file));
            }
        }
        return hashes;
    }
}
