package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's SQL may do, what it may not, and how its errors are told. */
class MetricSqlTest {
    @TempDir
    Path temp;

    private MetricFixture metrics;
    private MetricQuery.Input trades;

    @BeforeEach
    void open() throws Exception {
        metrics = new MetricFixture(temp, new MemoryBudget(64 << 20, 1));
        trades = metrics.input(
                "SELECT (i % 2)::BIGINT AS ListingId, TIMESTAMP '2024-01-02 09:00:00' + to_seconds(i) AS Ts,"
                        + " i::DOUBLE AS Price, 1 AS Size, 'x' AS Place FROM range(10) AS r(i)");
    }

    private MetricException failure(String sql) {
        MetricException failure =
                catchThrowableOfType(MetricException.class, () -> metrics.write(MetricFixture.own(sql), trades));
        assertThat(failure).as(sql).isNotNull();
        return failure;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT listing, count(*) AS n FROM trades GROUP BY listing",
                "FROM trades SELECT listing, sum(Price) OVER (PARTITION BY listing ORDER BY event_order)",
                "WITH a AS MATERIALIZED (SELECT * FROM trades) SELECT a.* EXCLUDE (ListingId) FROM a JOIN trades AS b USING (event_order)",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n",
                "SELECT listing FROM trades UNION SELECT listing FROM trades ORDER BY 1 LIMIT 3",
                "SELECT listing, u FROM trades, unnest([1, 2]) AS t(u)",
                "SELECT listing, (SELECT max(Price) FROM trades) AS m, list_transform([1], lambda x: x + 1) FROM trades",
                "SELECT DISTINCT ON (listing) listing, Price FROM trades ORDER BY listing, event_order DESC",
                "SELECT t.listing, q.Price FROM trades t ASOF JOIN trades q ON t.listing = q.listing AND t.Ts > q.Ts",
                "SELECT * EXCLUDE (ListingId, Place) REPLACE (Price + 1 AS Price) FROM trades",
                "SELECT listing, CASE WHEN Price BETWEEN 1 AND 2 THEN 'a' END::VARCHAR AS c FROM trades WHERE Price IN (1, 2)",
                "SELECT i FROM range(3) AS r(i)",
                "VALUES (1, 2), (3, 4)",
                "SELECT listing, quantile_cont(Price, 0.5) FILTER (Size > 0) AS q FROM trades GROUP BY GROUPING SETS ((listing), ())",
                "-- first\n/* and */ SELECT listing FROM trades; -- last\n",
            })
    void aSelectOverTheMetricsTablesIsRun(String sql) {
        assertThatCode(() -> metrics.write(MetricFixture.own(sql), trades)).doesNotThrowAnyException();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("FROM read_parquet('/etc/passwd')", "read_parquet()"),
                Arguments.of("SELECT 1\nFROM '/etc/x.parquet'", "reads /etc/x.parquet; it has: trades"),
                Arguments.of("SELECT content FROM read_text('/etc/passwd')", "read_text()"),
                Arguments.of("FROM glob('/**')", "glob()"),
                Arguments.of("FROM query('SELECT 1')", "query()"),
                Arguments.of("FROM query_table('trades')", "query_table()"),
                Arguments.of("FROM duckdb_settings()", "duckdb_settings()"),
                Arguments.of("FROM information_schema.tables", "reads tables"),
                Arguments.of("FROM quotes", "reads quotes; it has: trades"),
                Arguments.of("FROM main.trades", "reads trades"),
                Arguments.of("SELECT (SELECT count(*) FROM 'x.csv')", "reads x.csv"),
                Arguments.of("WITH a AS (FROM 'x.csv') FROM a", "reads x.csv"),
                Arguments.of("WITH \"x.csv\" AS (SELECT 1) FROM \"x.csv\"", "must not name a common table \"x.csv\""),
                Arguments.of("SELECT 1; SELECT 2", "must be one SELECT, found 2 statements"),
                Arguments.of("ATTACH 'x.db'", "must be one SELECT"),
                Arguments.of("INSTALL httpfs", "must be one SELECT"),
                Arguments.of("LOAD httpfs", "must be one SELECT"),
                Arguments.of("SET threads = 9", "must be one SELECT"),
                Arguments.of("PRAGMA database_list", "must"),
                Arguments.of("COPY trades TO 'x.csv'", "must be one SELECT"),
                Arguments.of("EXPORT DATABASE 'x'", "must be one SELECT"),
                Arguments.of("CREATE TABLE x AS SELECT 1", "must be one SELECT"),
                Arguments.of("DROP VIEW trades", "must be one SELECT"),
                Arguments.of("SELECT 1; DROP VIEW trades", "must be one SELECT"),
                Arguments.of("CALL pragma_version()", "must be one SELECT"),
                Arguments.of("DESCRIBE trades", "must not use show ref"),
                Arguments.of("EXPLAIN SELECT 1", "must be one SELECT"),
                Arguments.of("SELECT random() FROM trades", "calls random()"),
                Arguments.of("SELECT now()", "calls now()"),
                Arguments.of("SELECT CURRENT_DATE", "uses current_date"),
                Arguments.of("SELECT current_setting('threads')", "calls current_setting()"),
                Arguments.of("SELECT getvariable('x')", "calls getvariable()"),
                Arguments.of("SELECT nextval('x')", "calls nextval()"),
                Arguments.of("SELECT system.main.random()", "must not name a function with its schema"),
                Arguments.of("SELECT sum(Price) OVER (ORDER BY random()) FROM trades", "calls random()"),
                Arguments.of("SELECT * FROM trades USING SAMPLE 3", "sample"),
                Arguments.of("SELECT ?", "parameter"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatReachesBeyondTheTablesOrDiffersFromRunToRunIsRefused(String sql, String said) {
        assertThat(failure(sql)).hasMessageContaining(said);
    }

    @Test
    void evenWhatSlipsThroughTheCheckReadsNoFileOutsideTheScratchDirectory(@TempDir Path outside) throws Exception {
        Path secret = Files.writeString(outside.resolve("secret.csv"), "a\n1\n");

        try (DuckDbSession session = DuckDbSession.open(temp, MemoryBudget.LEAST)) {
            assertThat(catchThrowableOfType(
                            DuckDbException.class, () -> session.query("FROM '" + secret + "'", row -> row.text(0))))
                    .hasMessageContaining("ermission");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT listing,\\n  max(Prize)\\nFROM trades GROUP BY 1|2|Prize",
                "SELECT listing\\n\\n FROMM trades t|3|syntax error",
                "-- é ü\\nSELECT listing,\\n 'ä', nope(1)\\nFROM trades|3|nope",
                "SELECT listing,\\n  concat('a', Place)::INTEGER AS n\\nFROM trades|2|Could not convert",
                "SELECT listing,\\n  vwap(Price)\\nFROM trades GROUP BY 1|2|vwap",
                "SELECT listing,\\n  bucket(Prize)\\nFROM trades|2|Prize",
                "SELECT listing\\nFROM trades\\nWHERE random() < 1|3|random",
                "\\n\\nSET threads = 3|3|must be one SELECT",
                "SELECT listing\\nFROM trades,\\n  'x.csv'|3|x.csv",
            })
    void anErrorNamesTheLineOfTheFile(String sql, int line, String said) {
        MetricException failure = failure(sql.replace("\\n", "\n"));

        assertThat(failure.line()).as(failure.getMessage()).isEqualTo(Optional.of(line));
        assertThat(failure.getMessage()).contains(said).doesNotContain("\n");
    }

    private static final MetricQuery.Shape SHAPE = new MetricQuery.Shape(
            Map.of("ListingId", "BIGINT", "Ts", "TIMESTAMP_NS", "Price", "DOUBLE", "Legs", "STRUCT(a INTEGER)[]"),
            "ListingId",
            "Ts");

    private void bind(MetricDefinition metric) throws Exception {
        try (DuckDbSession session = DuckDbSession.open(temp, MemoryBudget.LEAST)) {
            new MetricQuery(session, metric).bind(List.of(SHAPE), MetricFixture.DATE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT listing,\\n  max(Prize)\\nFROM trades GROUP BY 1|2|Prize",
                "SELECT listing,\\n  vwap(Price)\\nFROM trades GROUP BY 1|2|vwap",
                "SELECT listing\\n\\n FROMM trades t|3|syntax error",
                "-- my own\\nSELECT listing\\nFROM trades\\nWHERE bucket(Price) IS NULL|2|it is in the SELECT that begins here",
                "SELECT listing, 1 AS Date FROM trades|0|must not make a column Date",
            })
    void whatDoesNotGoWithTheColumnsIsSaidBeforeThereIsAnyRow(String sql, int line, String said) {
        MetricException failure =
                catchThrowableOfType(MetricException.class, () -> bind(MetricFixture.own(sql.replace("\\n", "\n"))));

        assertThat(failure).isNotNull();
        assertThat(failure.line().orElse(0)).as(failure.getMessage()).isEqualTo(line);
        assertThat(failure.getMessage()).contains(said).doesNotContain("\n");
    }

    @Test
    void whatGoesWithTheColumnsIsBoundWithoutBeingRun() throws Exception {
        bind(MetricFixture.own("SELECT listing, max(Price), max(Legs[1].a), error('not run') FROM trades GROUP BY 1"));
        MetricException failure = catchThrowableOfType(
                MetricException.class, () -> bind(MetricFixture.shipped("trades-bars", "trades", "")));

        assertThat(failure).hasMessageContaining("needs a column size, and its table has none of Size");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT listing,\\n  sum(9223372036854775807 + Size)\\nFROM trades GROUP BY 1|1|Out of Range Error",
                "-- mine\\nSELECT listing,\\n  vwap(Price, Place)\\nFROM trades GROUP BY 1|2|Could not convert string 'x' to DOUBLE",
                "SELECT listing,\\n  error('no good')\\nFROM trades|1|no good",
            })
    void whatFailsOnTheDataIsSaidWithTheLineThatTheSelectBeginsAt(String sql, int line, String said) {
        MetricException failure = failure(sql.replace("\\n", "\n"));

        assertThat(failure).hasMessageContaining(said).hasMessageContaining("it is in the SELECT that begins here");
        assertThat(failure.line().orElse(0)).as(failure.getMessage()).isEqualTo(line);
    }

    @Test
    void whereDuckDbTellsTheLineOfWhatFailsOnTheDataItIsThatOne() {
        MetricException failure = failure("SELECT listing,\n  Place::INTEGER\nFROM trades");

        assertThat(failure.line()).contains(2);
        assertThat(failure)
                .hasMessage(
                        "Conversion Error: Could not convert string 'x' to INT32 when casting from source column Place");
    }

    @Test
    void columnsOfTheWrapperAreNotToBeMade() {
        assertThat(failure("SELECT listing, 1 AS Date FROM trades"))
                .hasMessage("must not make a column Date: each metric is given one");
        assertThat(failure("SELECT listing, 1 AS ListingId FROM trades"))
                .hasMessage("must not make two columns ListingId (a column listing is written under that name)");
    }

    @Test
    void severalTablesOfABatchAreJoinedByTheirListing() throws Exception {
        MetricDefinition joined = new MetricDefinition(
                "mine",
                "mine.sql",
                "SELECT t.listing, count(*) AS n FROM trades t JOIN l2_book b USING (listing) GROUP BY t.listing",
                List.of(
                        new MetricDefinition.MetricTable("trades", "trades"),
                        new MetricDefinition.MetricTable("l2_book", "l2-book")),
                List.of(),
                List.of(BucketWidth.DAY),
                BucketEdge.RIGHT,
                "UTC",
                false);

        assertThat(metrics.rows(joined, "ListingId, n", trades, trades)).containsExactly("0|25", "1|25");
    }

    @Test
    void rowsAreSortedByAllColumnsAndEachWidthHasItsOwn() throws Exception {
        assertThat(metrics.rows(
                        MetricFixture.own(
                                "SELECT listing, bucket(event_time) AS b, count(*) AS n FROM trades GROUP BY ALL ORDER"
                                        + " BY n, b DESC",
                                "1h",
                                "1d"),
                        "ListingId, Date, BucketWidth, b, n",
                        trades))
                .containsExactly(
                        "0|2024-01-02|1d|2024-01-03 00:00:00|5",
                        "0|2024-01-02|1h|2024-01-02 09:00:00|1",
                        "0|2024-01-02|1h|2024-01-02 10:00:00|4",
                        "1|2024-01-02|1d|2024-01-03 00:00:00|5",
                        "1|2024-01-02|1h|2024-01-02 10:00:00|5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "count(*) FILTER (valid(x))|2",
                "exact_sum(x)|6.25",
                "exact_avg(x)|3.125",
                "weighted_avg(x, w)|3.4375",
                "vwap(x, w)|3.4375",
                "vwap(x, 0)|null",
                "first_in(x, event_order)|2.5",
                "aggressor('SELL')|sell",
                "aggressor(1)|buy",
                "aggressor('none')|null",
                "log_return(0, 3)|null",
            })
    void macrosLeaveOutWhatDoesNotCount(String expression, String expected) throws Exception {
        MetricQuery.Input input = metrics.input(
                "SELECT 1 AS ListingId, TIMESTAMP '2024-01-02' AS Ts, x::DOUBLE AS x,"
                        + " w FROM (VALUES (2.5, 1), ('NaN', 1), ('-Infinity', 1), (NULL, 1), (3.75, 3), (1e30, 1)) AS v(x, w)");

        assertThat(metrics.rows(
                        MetricFixture.own("SELECT DISTINCT 1 AS listing, " + expression + " AS v FROM trades"),
                        "v",
                        input))
                .containsExactly(expected);
    }

    @Test
    void anExactSumOfManyTenthsIsRight() throws Exception {
        MetricQuery.Input input = metrics.input("SELECT 1 AS ListingId, TIMESTAMP '2024-01-02' AS Ts, CASE WHEN i = 0"
                + " THEN 1e16 WHEN i = 1 THEN -1e16 ELSE 1e-9 END AS x FROM range(1000002) AS r(i)");

        assertThat(metrics.rows(MetricFixture.own("SELECT 1 AS listing, exact_sum(x) AS v FROM trades"), "v", input))
                .containsExactly("0.001");
    }
}
