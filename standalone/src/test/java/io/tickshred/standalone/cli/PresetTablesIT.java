package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.config.DatasetFile;
import io.tickshred.fleet.Sha256;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.testkit.duckdb.Oracle;
import io.tickshred.testkit.duckdb.VendorDay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A made-up day of every shipped preset through {@code tickshred run}, and the output held against the input by plain
 * DuckDB: the same rows, in order, in the same batches for all tables.
 */
class PresetTablesIT {
    private static final LocalDate DATE = LocalDate.of(2024, 3, 5);
    private static final List<String> MICS = List.of("XLON", "XPAR");

    @TempDir
    Path directory;

    private Path input;
    private Path output;
    private VendorDay day;

    @BeforeEach
    void makeDirectories() throws Exception {
        input = Files.createDirectories(directory.resolve("input"));
        output = directory.resolve("output");
        day = new VendorDay(input, DATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"equities", "futures", "options"})
    void everyPresetOfAShippedDatasetRunsEndToEnd(String name) throws Exception {
        Path file = Path.of("../datasets/" + name + ".yaml");
        DatasetDefinition dataset = DatasetFile.load(file);
        for (TableDefinition table : dataset.tables()) {
            // Each table has listings of its own: 1 to 6 are in all, 7 to 9 of XLON in the second table alone.
            boolean second = table == dataset.tables().get(1);
            day.write(table, "XLON", 3000, 1, second ? 9 : 6);
            day.write(table, "XPAR", 1000, 101, 3);
        }

        run(file);

        for (TableDefinition table : dataset.tables()) {
            assertSame(table);
        }
        assertBatchesAgree(dataset, 12);
        assertThat(rowsOf(dataset.tables().get(0), "ListingId IN (7, 8, 9)")).isEqualTo("0");
        assertThat(rowsOf(dataset.tables().get(1), "ListingId IN (7, 8, 9)")).isNotEqualTo("0");
    }

    @Test
    void driftRenamesATableWithoutObjectsAndABatchWithoutRows() throws Exception {
        Path file = directory.resolve("mixed.yaml");
        Files.writeString(file, """
                name: mixed
                input: %s
                output: %s
                tables:
                  - preset: trades
                    folder: Vendor/Trades-Plus
                    prefix: trades-plus-
                    rename: {listing: ListingId, seq: SeqNo, trade_price: Price}
                    listing: listing
                    order: [TradeTimestampNanoseconds, seq]
                    where:
                    select: ["*", {Notional: Price * Size}, {big: Size > 500}]
                  - preset: imbalance
                    optional: true
                  - preset: nbbo
                    name: quotes
                  - preset: marketstate
                    optional: true
                """.formatted(input, output));
        DatasetDefinition dataset = DatasetFile.load(file);
        TableDefinition trades = dataset.tables().get(0);
        TableDefinition quotes = dataset.tables().get(2);
        day.write(trades, "XLON", 3000, 1, 6);
        day.write(
                trades,
                "XPAR",
                3000,
                1,
                9,
                "Size::FLOAT AS Size, AggressorSide::SMALLINT AS AggressorSide, * EXCLUDE (Size, AggressorSide, Suspicious,"
                        + " TradeTimestampNanoseconds, ListingId), TradeTimestampNanoseconds::TIMESTAMP AS"
                        + " TradeTimestampNanoseconds, ListingId::INTEGER AS ListingId, 'more' AS Extra");
        // One listing of quotes: every other batch has none.
        day.write(quotes, "XLON", 500, 3, 1);

        run(file);

        try (Oracle duckdb = new Oracle()) {
            String columns =
                    "TradeTimestampNanoseconds, ListingId, SeqNo, Price, Size, AggressorSide, TradeId, Suspicious";
            String expected = "SELECT " + columns.replace("Suspicious", "NULL::BOOLEAN AS Suspicious")
                    + ", Price * Size AS Notional, Extra FROM '" + day.file(trades, "XPAR") + "' UNION ALL SELECT "
                    + columns + ", Price * Size, NULL FROM '" + day.file(trades, "XLON") + "'";
            String found =
                    "SELECT TradeTimestampNanoseconds, listing AS ListingId, seq AS SeqNo, trade_price AS Price, Size,"
                            + " AggressorSide, TradeId, Suspicious, Notional, Extra FROM " + files(trades);
            assertThat(differences(duckdb, expected, found)).isEqualTo("0");
            assertThat(duckdb.value("SELECT count(*) FROM (" + found + ")")).isEqualTo("6000");
            String imbalance = duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE FROM "
                            + files(dataset.tables().get(1)) + ")")
                    .toString();
            assertThat(imbalance)
                    .isEqualTo(dataset.tables().get(1).columns().stream()
                            .map(c -> List.of(c.name(), c.type().text()))
                            .toList()
                            .toString());
        }
        assertInOrder(trades);
        assertSame(quotes);
        assertThat(rowsOf(dataset.tables().get(1), "true")).isEqualTo("0");
        assertThat(rowsOf(dataset.tables().get(3), "true")).isEqualTo("0");
        for (TableDefinition table : dataset.tables()) {
            assertThat(batchFiles(table))
                    .as("objects of %s", table.name())
                    .isEqualTo(batchFiles(trades))
                    .hasSizeGreaterThan(2);
        }
        assertThat(Tickshred.run(
                        new String[] {"verify", "mixed/" + DATE, "--output", output.toString()},
                        System.out,
                        System.err))
                .as("exit code of verify")
                .isZero();
    }

    private void run(Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("run", "--dataset", file.toString()));
        arguments.addAll(List.of("--input", input.toString(), "--output", output.toString()));
        arguments.addAll(List.of("--dates", DATE.toString(), "--max-rows", "1500"));
        arguments.addAll(List.of(more));
        assertThat(Tickshred.run(arguments.toArray(String[]::new), System.out, System.err))
                .as("exit code")
                .isZero();
    }

    /** SHA-256 of each batch object by its name. */
    private Map<String, String> checksums() throws IOException {
        Map<String, String> checksums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
                checksums.put(file.getFileName().toString(), Sha256.of(file));
            }
        }
        return checksums;
    }

    /** The rows that a table's definition makes of its files by plain DuckDB, and those that were published. */
    private void assertSame(TableDefinition table) {
        String select = table.select().isEmpty()
                ? "*"
                : table.select().stream()
                        .map(column -> column.equals(OutputColumn.ALL)
                                ? "*"
                                : column.expression() + " AS \"" + column.name() + '"')
                        .collect(Collectors.joining(", "));
        String expected = "SELECT " + select + " FROM read_parquet(["
                + MICS.stream()
                        .map(mic -> day.file(table, mic))
                        .filter(Files::exists)
                        .map(file -> "'" + file + "'")
                        .collect(Collectors.joining(", "))
                + "]) WHERE " + table.where().orElse("true");
        try (Oracle duckdb = new Oracle()) {
            assertThat(differences(duckdb, expected, "FROM " + files(table)))
                    .as("rows of %s that only input or output has", table.name())
                    .isEqualTo("0");
            assertThat(duckdb.value("SELECT count(*) FROM " + files(table)))
                    .isEqualTo(duckdb.value("SELECT count(*) FROM (" + expected + ")"));
            assertThat(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE FROM " + files(table) + ")"))
                    .isEqualTo(duckdb.rows("SELECT column_name, column_type FROM (DESCRIBE " + expected + ")"));
        }
        assertInOrder(table);
    }

    private static String differences(Oracle duckdb, String expected, String found) {
        return duckdb.value("SELECT (SELECT count(*) FROM ((" + expected + ") EXCEPT ALL (" + found
                + "))) + (SELECT count(*) FROM ((" + found + ") EXCEPT ALL (" + expected + ")))");
    }

    private void assertInOrder(TableDefinition table) {
        String key = "(\"" + table.listing() + "\", "
                + table.order().stream()
                        .map(column -> "coalesce(\"" + column + "\"::VARCHAR, 'z')")
                        .collect(Collectors.joining(", "))
                + ")";
        // As text, with leading zeros, so that nulls can be put last.
        String padded = key.replace("coalesce(\"seq\"::VARCHAR", "coalesce(lpad(\"seq\"::VARCHAR, 12, '0')")
                .replace("coalesce(\"SeqNo\"::VARCHAR", "coalesce(lpad(\"SeqNo\"::VARCHAR, 12, '0')");
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.value("SELECT count(*) FROM (SELECT " + padded + " AS k, lag(" + padded
                            + ") OVER (PARTITION BY filename ORDER BY file_row_number) AS b FROM read_parquet('"
                            + glob(table) + "', filename = true, file_row_number = true)) WHERE b > k"))
                    .as("rows of %s that come before the row in front of them", table.name())
                    .isEqualTo("0");
        }
    }

    /** A listing is in one batch, and in the same one in all tables; there are several. */
    private void assertBatchesAgree(DatasetDefinition dataset, int listings) {
        String all = dataset.tables().stream()
                .map(table ->
                        "SELECT DISTINCT ListingId AS listing, regexp_extract(filename, '-(\\d+)\\.parquet$', 1) AS"
                                + " batch FROM read_parquet('" + glob(table) + "', filename = true)")
                .collect(Collectors.joining(" UNION "));
        try (Oracle duckdb = new Oracle()) {
            assertThat(duckdb.rows(
                            "SELECT count(*), count(DISTINCT listing), count(DISTINCT batch) > 2 FROM (" + all + ")"))
                    .containsExactly(List.of(Integer.toString(listings), Integer.toString(listings), "true"));
        }
    }

    private String rowsOf(TableDefinition table, String where) {
        try (Oracle duckdb = new Oracle()) {
            return duckdb.value("SELECT count(*) FROM " + files(table) + " WHERE " + where);
        }
    }

    /** Numbers of the batches that there is an object of. */
    private List<List<String>> batchFiles(TableDefinition table) {
        try (Oracle duckdb = new Oracle()) {
            return duckdb.rows(
                    "SELECT regexp_extract(file, '-(\\d+)\\.parquet$', 1) FROM glob('" + glob(table) + "') ORDER BY 1");
        }
    }

    private String files(TableDefinition table) {
        return "read_parquet('" + glob(table) + "')";
    }

    private String glob(TableDefinition table) {
        return output + "/**/batch-" + table.name() + "-*.parquet";
    }
}
