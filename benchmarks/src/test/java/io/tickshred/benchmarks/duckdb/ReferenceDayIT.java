package io.tickshred.benchmarks.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickshred.benchmarks.day.BatchAssignment;
import io.tickshred.benchmarks.day.ReferenceUniverse;
import io.tickshred.benchmarks.disk.Directories;
import io.tickshred.benchmarks.duckdb.OutputCheck.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceDayIT {
    private static final long ROWS = 60_000;
    private static final ReferenceDay DAY = new ReferenceDay(ROWS, 7, LocalDate.of(2026, 1, 5));

    @TempDir
    private Path directory;

    private PeerDatabase database;

    @BeforeEach
    void open() throws IOException {
        database = PeerDatabase.open(directory.resolve("check"), "1GB", 1);
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    @Test
    void hasTheRowsVenuesAndColumnsOfARealDay() throws IOException {
        String files = files(DAY.ensure(directory));

        assertThat(database.number("SELECT count(*) FROM " + files)).isEqualTo(ROWS);
        assertThat(database.number("SELECT count(DISTINCT MIC) FROM " + files)).isEqualTo(12);
        assertThat(database.number("SELECT count(DISTINCT filename) FROM " + files))
                .isBetween(12L, 24L);
        assertThat(database.number(
                        "SELECT count(*) FROM " + files + " WHERE filename NOT LIKE '%/mic=' || MIC || '/part-%'"))
                .isZero();
        assertThat(database.texts("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * EXCLUDE (filename,"
                        + " file_row_number) FROM " + files + ")"))
                .containsExactly(
                        "ListingId BIGINT",
                        "InstrumentId BIGINT",
                        "MIC VARCHAR",
                        "Ticker VARCHAR",
                        "TradeTimestamp TIMESTAMP",
                        "TradeTimestampNanoseconds TIMESTAMP_NS",
                        "Price DOUBLE",
                        "Size DOUBLE",
                        "TradeId VARCHAR",
                        "SeqNo BIGINT",
                        "AggressorSide BIGINT",
                        "OriginalTradeType VARCHAR",
                        "ExecutionVenue VARCHAR",
                        "Suspicious BOOLEAN");
    }

    @Test
    void rowsOfAFileAreInTimeOrderWithListingsInterleavedAndAThirdTied() throws IOException {
        String files = files(DAY.ensure(directory));
        String pairs = "(SELECT TradeTimestampNanoseconds AS this, lag(TradeTimestampNanoseconds) OVER w AS before,"
                + " SeqNo AS seq, lag(SeqNo) OVER w AS seqBefore, ListingId AS listing, lag(ListingId) OVER w AS"
                + " listingBefore FROM " + files + " WINDOW w AS (PARTITION BY filename ORDER BY file_row_number))";

        assertThat(database.number("SELECT count(*) FROM " + pairs + " WHERE this < before OR seq <> seqBefore + 1"))
                .isZero();
        assertThat(database.number("SELECT count(*) FROM " + pairs + " WHERE this = before"))
                .isBetween(ROWS / 4, ROWS / 3 + 1);
        assertThat(database.number("SELECT count(*) FROM " + pairs + " WHERE listing <> listingBefore"))
                .isGreaterThan(ROWS / 2);
    }

    @Test
    void isTheSameBytesWhenMadeAgainAndNotMadeAgainWhereItIs() throws IOException {
        Path first = DAY.ensure(directory.resolve("one"));
        Path second = DAY.ensure(directory.resolve("two"));

        List<Path> files = parquetBelow(first);
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(second.resolve(first.relativize(file))).hasSameBinaryContentAs(file);
        }
        Files.setLastModifiedTime(files.get(0), FileTime.fromMillis(1));
        assertThat(DAY.ensure(directory.resolve("one"))).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(files.get(0)).toMillis()).isEqualTo(1);
    }

    @Test
    void anIncompleteDayIsRefusedWithWhatToDo() throws IOException {
        Path made = DAY.ensure(directory);
        Files.delete(parquetBelow(made).get(0));

        assertThatThrownBy(() -> DAY.ensure(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(made.toString())
                .hasMessageContaining("expected 60000")
                .hasMessageContaining("delete the directory");
    }

    @Test
    void bothPlansOfDuckDbDoTheJobAndTheFloorKeepsTheRows() throws IOException {
        Path input = DAY.ensure(directory);
        Path map = directory.resolve("map.parquet");
        OutputCheck check = new OutputCheck(database);
        long batches = check.writeMap(BatchAssignment.firstFit(ReferenceUniverse.of(ROWS), 7_000), map);
        Content expected = check.read(input);

        for (String plan : List.of("ONE_SHOT", "TWO_STEP", "FLOOR")) {
            Path output = directory.resolve(plan + "/output");
            DuckDbPeer.main(new String[] {plan, input.toString(), map.toString(), output.toString(), "1GB", "2"});

            Content found = check.read(output);
            assertThat(plan.equals("FLOOR") ? found.rowFaultsAgainst(expected) : found.faultsAgainst(expected, batches))
                    .isEmpty();
        }
        assertThat(batches).isGreaterThan(8);
    }

    @Test
    void anOutputWithARowTwiceOrOutOfOrderIsFoundOut() throws IOException {
        Path input = DAY.ensure(directory);
        OutputCheck check = new OutputCheck(database);
        Content expected = check.read(input);
        String swapped = "(FROM " + PeerDatabase.parquetBelow(input) + " WHERE SeqNo <> 5 UNION ALL FROM "
                + PeerDatabase.parquetBelow(input) + " WHERE SeqNo = 6)";
        Path output = directory.resolve("bad");
        Files.createDirectories(output);
        database.execute("COPY (SELECT * EXCLUDE (date) FROM " + swapped + ") TO "
                + PeerDatabase.text(output.resolve("batch-0.parquet").toString()) + " (FORMAT parquet)");

        Content found = check.read(output);

        assertThat(found.rows()).isEqualTo(expected.rows());
        assertThat(found.faultsAgainst(expected, 1))
                .anySatisfy(fault -> assertThat(fault).contains("row hash"))
                .anySatisfy(fault -> assertThat(fault).contains("out of order"));
    }

    @Test
    void thePublishedMapIsThatOfTheBatchesWhateverStandsBesideThem() throws IOException {
        Path published = Files.createDirectories(directory.resolve("published/2026-01-05/plan"));
        for (int batch = 0; batch < 2; batch++) {
            database.execute("COPY (SELECT " + batch + "::BIGINT AS ListingId FROM range(3)) TO "
                    + PeerDatabase.text(published
                            .resolve("batch-trades-" + batch + ".parquet")
                            .toString())
                    + " (FORMAT parquet)");
        }
        database.execute("COPY (SELECT 'trades' AS \"table\", 3 AS rows) TO "
                + PeerDatabase.text(published.resolve("listings-0.parquet").toString()) + " (FORMAT parquet)");

        long batches =
                new OutputCheck(database).writePublishedMap(directory.resolve("published"), directory.resolve("map"));

        assertThat(batches).isEqualTo(2);
        assertThat(database.footerRows(directory.resolve("published"))).isEqualTo(6);
    }

    private static String files(Path day) {
        return "read_parquet(" + PeerDatabase.parquetBelow(day)
                + ", hive_partitioning = false, filename = true, file_row_number = true)";
    }

    private static List<Path> parquetBelow(Path day) throws IOException {
        assertThat(Directories.sizeBytes(day)).isPositive();
        try (Stream<Path> paths = Files.walk(day)) {
            return paths.filter(p -> p.toString().endsWith(".parquet")).sorted().toList();
        }
    }
}
