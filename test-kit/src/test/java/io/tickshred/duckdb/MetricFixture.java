package io.tickshred.duckdb;

import io.tickshred.config.ConfigException;
import io.tickshred.config.DatasetFile;
import io.tickshred.model.BucketEdge;
import io.tickshred.model.BucketWidth;
import io.tickshred.model.MetricDefinition;
import io.tickshred.model.MetricDefinition.MetricTable;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/** Metrics over a few rows of 2024-01-02 that stand in a test as SQL. */
final class MetricFixture {
    static final LocalDate DATE = LocalDate.of(2024, 1, 2);

    private final Path directory;
    private final MemoryBudget budget;
    private int files;

    MetricFixture(Path directory, MemoryBudget budget) {
        this.directory = directory;
        this.budget = budget;
    }

    /** A shipped metric, with more options as they stand in YAML: {@code closed: left}. */
    static MetricDefinition shipped(String use, String table, String options) throws ConfigException {
        return DatasetFile.parse("test.yaml", """
                        name: test
                        input: /in
                        output: /out
                        tables: [{name: %s, order: [Ts]}]
                        metrics: [{use: %s%s}]
                        """.formatted(table, use, options.isEmpty() ? "" : ", " + options))
                .metrics()
                .get(0);
    }

    /** One of a user's own, over a table {@code trades}. */
    static MetricDefinition own(String sql, String... buckets) {
        return new MetricDefinition(
                "mine",
                "mine.sql",
                sql,
                List.of(new MetricTable("trades", "trades")),
                List.of(),
                Stream.of(buckets.length == 0 ? new String[] {"1d"} : buckets)
                        .map(BucketWidth::new)
                        .toList(),
                BucketEdge.RIGHT,
                "UTC",
                false);
    }

    /**
     * Rows of a table.
     *
     * @param select with columns ListingId and Ts
     */
    MetricQuery.Input input(String select) throws Exception {
        Path file = directory.resolve("input-" + files++ + ".parquet");
        try (DuckDbSession session = DuckDbSession.open(directory, budget)) {
            session.execute("COPY (" + select + ") TO " + Sql.path(file) + " (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        return new MetricQuery.Input(file, "ListingId", "Ts");
    }

    /** Runs a metric and gives the file that it wrote. */
    Path write(MetricDefinition metric, MetricQuery.Input... inputs) throws Exception {
        Path target = directory.resolve("metric-" + files++ + ".parquet");
        try (DuckDbSession session = DuckDbSession.open(directory, budget)) {
            new MetricQuery(session, metric).run(List.of(inputs), DATE, target);
        }
        return target;
    }

    /** Runs a metric and reads columns of its rows, {@code a|b|c} a row, in the order of the file. */
    List<String> rows(MetricDefinition metric, String columns, MetricQuery.Input... inputs) throws Exception {
        return read(write(metric, inputs), columns);
    }

    List<String> read(Path file, String columns) throws Exception {
        try (DuckDbSession session = DuckDbSession.open(directory, budget)) {
            return session.query(
                    "SELECT concat_ws('|', " + coalesced(columns) + ") FROM " + Sql.parquet(List.of(file)),
                    row -> row.text(0));
        }
    }

    private static String coalesced(String columns) {
        return Stream.of(columns.split(", "))
                .map(column -> "coalesce(" + column + "::VARCHAR, 'null')")
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
    }
}
