package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricDefinition.MetricTable;
import io.tickshred.model.MetricRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetricReaderTest {
    private static final String HEAD = """
            name: us
            input: /in
            output: /out
            tables: [{name: trades}, {name: l2-book}]
            metrics:
            """;

    @TempDir
    Path directory;

    private DatasetDefinition load(String metrics) throws Exception {
        Path file = Files.writeString(directory.resolve("us.yaml"), HEAD + metrics);
        return DatasetFile.load(file);
    }

    @Test
    void aShippedMetricByItsNameAloneHasTheDefaults() throws Exception {
        MetricDefinition metric = load("  - trades-bars\n").metrics().get(0);

        assertThat(metric.name()).isEqualTo("trades-bars");
        assertThat(metric.file()).isEqualTo("trades-bars");
        assertThat(metric.sql()).contains("FROM trades");
        assertThat(metric.tables()).containsExactly(new MetricTable("trades", "trades"));
        assertThat(metric.buckets()).containsExactly(BucketWidth.DAY);
        assertThat(metric.closed()).isEqualTo(BucketEdge.RIGHT);
        assertThat(metric.timeZone()).isEqualTo("UTC");
        assertThat(metric.parallel()).isTrue();
        assertThat(metric.roles()).extracting(MetricRole::name).containsExactly("price", "size", "side", "class");
    }

    @Test
    void everyOptionOfAShippedMetricIsRead() throws Exception {
        MetricDefinition metric = load("""
                  - name: book
                    use: quotes-spread
                    table: l2-book
                    buckets: [1d, 30s]
                    closed: left
                    timeZone: America/New_York
                    columns: {bid: BidPx, ask_size: AskSz * 100}
                """).metrics().get(0);

        assertThat(metric.name()).isEqualTo("book");
        assertThat(metric.tables()).containsExactly(new MetricTable("quotes", "l2-book"));
        assertThat(metric.buckets()).containsExactly(BucketWidth.DAY, new BucketWidth("30s"));
        assertThat(metric.closed()).isEqualTo(BucketEdge.LEFT);
        assertThat(metric.timeZone()).isEqualTo("America/New_York");
        assertThat(metric.roles())
                .contains(
                        new MetricRole("bid", List.of("BidPx"), false),
                        new MetricRole("ask_size", List.of("AskSz * 100"), false))
                .anyMatch(role -> role.name().equals("ask") && role.candidates().contains("AskPrice"));
    }

    @Test
    void aMetricOfOnesOwnIsReadWithItsSqlWhichIsPartOfTheFingerprint() throws Exception {
        Files.createDirectories(directory.resolve("metrics"));
        Files.writeString(directory.resolve("metrics/mine.sql"), "SELECT listing FROM trades");
        String yaml = "  - {name: mine, sql: metrics/mine.sql, tables: [trades, l2-book], buckets: 1h}\n";
        DatasetDefinition before = load(yaml);
        Files.writeString(directory.resolve("metrics/mine.sql"), "SELECT listing FROM l2_book");

        DatasetDefinition after = load(yaml);

        MetricDefinition metric = after.metrics().get(0);
        assertThat(metric.file()).isEqualTo("metrics/mine.sql");
        assertThat(metric.sql()).isEqualTo("SELECT listing FROM l2_book");
        assertThat(metric.tables())
                .containsExactly(new MetricTable("trades", "trades"), new MetricTable("l2_book", "l2-book"));
        assertThat(metric.parallel()).isFalse();
        assertThat(before.fingerprint()).isNotEqualTo(after.fingerprint());
    }

    @Test
    void metricsOfTablesThatAreLeftOutAreLeftOutToo() throws Exception {
        Path file = Files.writeString(
                directory.resolve("us.yaml"), HEAD + "  - trades-bars\n  - {use: quotes-spread, table: l2-book}\n");
        DatasetOverrides trades = new DatasetOverrides(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                List.of("trades"));

        assertThat(DatasetFile.load(file, trades).metrics())
                .extracting(MetricDefinition::name)
                .containsExactly("trades-bars");
        assertThat(DatasetFile.load(file).metricsOf(List.of("l2-book")))
                .extracting(MetricDefinition::name)
                .containsExactly("quotes-spread");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "  - bars\n",
                        "6: metrics[0]: there is no shipped metric 'bars'; there are: trades-bars, quotes-spread"),
                Arguments.of(
                        "  - name: x\n",
                        "6: metrics[0]: must say either 'use', one of trades-bars, quotes-spread, or 'sql', a file with"
                                + " a SELECT; found neither"),
                Arguments.of(
                        "  - use: trades-bars\n    sql: x.sql\n",
                        "7: metrics[0].sql: must say either 'use', one of trades-bars, quotes-spread, or 'sql', a file"
                                + " with a SELECT; found both"),
                Arguments.of(
                        "  - use: quotes-spread\n",
                        "6: metrics[0].use: there is no table 'quotes' in this dataset; there are: trades, l2-book; name"
                                + " one with 'table'"),
                Arguments.of(
                        "  - use: trades-bars\n    table: quotes\n",
                        "7: metrics[0].table: there is no table 'quotes' in this dataset; there are: trades, l2-book;"
                                + " name one with 'table'"),
                Arguments.of(
                        "  - use: trades-bars\n    buckets: [1d, 7m]\n",
                        "7: metrics[0].buckets[1]: a bucket must divide a day, found '7m'"),
                Arguments.of(
                        "  - use: trades-bars\n    buckets: 24h\n",
                        "7: metrics[0].buckets: the bucket of a whole day is written 1d, found '24h'"),
                Arguments.of(
                        "  - use: trades-bars\n    buckets: [hour]\n",
                        "7: metrics[0].buckets[0]: a bucket must be a number of d, h, m, s or ms, such as 1d, 1h or 30s,"
                                + " found 'hour'"),
                Arguments.of(
                        "  - use: trades-bars\n    buckets: [1h, 1h]\n",
                        "6: metrics[0].use: metric trades-bars names a bucket twice"),
                Arguments.of(
                        "  - use: trades-bars\n    closed: both\n",
                        "7: metrics[0].closed: must be right or left, found 'both'"),
                Arguments.of(
                        "  - use: trades-bars\n    timeZone: Mars/Base\n",
                        "7: metrics[0].timeZone: must be a time zone such as UTC or America/New_York, found 'Mars/Base'"),
                Arguments.of(
                        "  - use: trades-bars\n    columns: {prize: Price}\n",
                        "7: metrics[0].columns: there is no column 'prize' in this metric; it has: price, size, side,"
                                + " class"),
                Arguments.of(
                        "  - use: trades-bars\n    columns: Price\n",
                        "7: metrics[0].columns: must be fields such as price: Price"),
                Arguments.of(
                        "  - use: trades-bars\n    bucket: 1d\n",
                        "7: metrics[0].bucket: unknown field 'bucket'; known here: buckets, closed, columns, name, sql,"
                                + " table, timeZone, use; did you mean buckets?"),
                Arguments.of(
                        "  - name: ../x\n    use: trades-bars\n",
                        "7: metrics[0].use: metric must be 1 to 63 of a-z, 0-9, _ and -, starting with a letter or"
                                + " digit: ../x"),
                Arguments.of(
                        "  - trades-bars\n  - trades-bars\n",
                        "7: metrics[1]: metric 'trades-bars' is defined twice; give each a name of its own"),
                Arguments.of(
                        "  - name: mine\n    sql: DIR/none.sql\n    tables: trades\n",
                        "7: metrics[0].sql: there is no file DIR/none.sql; name one relative to this file"),
                Arguments.of(
                        "  - name: mine\n    sql: DIR/empty.sql\n    tables: trades\n",
                        "6: metrics[0].name: metric mine must have SQL: DIR/empty.sql is empty"),
                Arguments.of(
                        "  - name: mine\n    sql: DIR/mine.sql\n",
                        "6: metrics[0]: field 'tables' is missing; name the tables that DIR/mine.sql reads"),
                Arguments.of(
                        "  - sql: DIR/mine.sql\n    tables: trades\n",
                        "6: metrics[0]: field 'name' is missing; give the metric a name, such as name: spread-by-hour"),
                Arguments.of(
                        "  - name: mine\n    sql: DIR/mine.sql\n    tables: [trades, l2-book]\n    columns: {price: P}\n",
                        "6: metrics[0].name: metric mine must not name columns for several tables"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithOneLineThatSaysWhereAndWhatToDo(String metrics, String line) throws Exception {
        Files.writeString(directory.resolve("mine.sql"), "SELECT 1");
        Files.writeString(directory.resolve("empty.sql"), " \n");

        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> load(metrics.replace("DIR", directory.toString())));

        assertThat(refused).hasMessage(directory.resolve("us.yaml") + ":" + line.replace("DIR", directory.toString()));
    }

    @Test
    void aTableThatWouldBeWrittenUnderAMetricsNameIsRefused() {
        assertThat(catchThrowableOfType(ConfigException.class, () -> DatasetFile.parse("us.yaml", """
                        name: us
                        input: /in
                        output: /out
                        tables: [{name: trades}, {name: metrics-trades-bars}]
                        metrics: [trades-bars]
                        """)))
                .hasMessageContaining("as table 'metrics-trades-bars' is; rename one");
    }
}
