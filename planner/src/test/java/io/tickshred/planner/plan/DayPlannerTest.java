package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.dataset;
import static io.tickshred.planner.plan.DayFixture.table;
import static io.tickshred.planner.plan.DayFixture.tradesKey;
import static io.tickshred.planner.plan.DayFixture.tradesSql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickshred.message.ChunkTask;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Batch;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.model.ColumnType;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.ListingType;
import io.tickshred.model.OutputColumn;
import io.tickshred.model.PlanId;
import io.tickshred.model.SourceColumn;
import io.tickshred.model.TableDefinition;
import io.tickshred.planner.discovery.PlanException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DayPlannerTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    private DayFixture day;

    @BeforeEach
    void fixture() {
        day = new DayFixture(directory);
    }

    @Test
    void aDayIsPlannedFromItsDataAlone() throws Exception {
        day.trades("XNAS", 0, 6000, 1, 3);
        day.trades("XNYS", 0, 3000, 3, 1);

        DayPlan plan = plan(dataset(table("trades", 4000)), List.of());

        // Listings 1 and 2 have 2,000 rows each, listing 3 has 2,000 on one venue and 3,000 on the other.
        assertThat(plan.header().rows()).isEqualTo(9000);
        assertThat(plan.header().listingType()).isEqualTo(ListingType.INT64);
        assertThat(batches(plan)).containsExactly(new Batch(0, List.of("3")), new Batch(1, List.of("1", "2")));
        assertThat(plan.note())
                .isEqualTo("9000 rows of 2 objects in 1 chunk, 3 listings in 2 batches (balanced; at"
                        + " least 2; fullest 100 %, waste 0 %), sizes by exact; larger than a batch may be and"
                        + " therefore alone in one: 3; 1 staged object, about 21 reads and 5 writes"
                        + " for 0.0000 dollars, chunks of up to 675 KiB in memory for workers with 8.00 EiB");
        assertThat(tasks(plan)).singleElement().satisfies(task -> assertThat(task.sources())
                .extracting(ChunkTask.ChunkSource::key)
                .containsExactly(tradesKey("XNAS", 0), tradesKey("XNYS", 0)));
    }

    @Test
    void aLargeObjectIsCutAtItsRowGroups() throws Exception {
        day.trades("XNAS", 0, 6000, 1, 3);

        DayPlan plan = plan(dataset(Optional.empty(), new ChunkPolicy(1, 100), table("trades", 10_000)), List.of());

        assertThat(tasks(plan))
                .extracting(task -> task.sources().get(0))
                .extracting(ChunkTask.ChunkSource::firstRowGroup, ChunkTask.ChunkSource::rows)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, 2048L),
                        org.assertj.core.groups.Tuple.tuple(1, 2048L),
                        org.assertj.core.groups.Tuple.tuple(2, 1904L));
    }

    @Test
    void oneBatchMapServesAllTables() throws Exception {
        day.trades("XNAS", 0, 100, 1, 2);
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(300, 2, 3));

        DayPlan plan = plan(dataset(table("trades", 1000), table("quotes", 200)), List.of());

        assertThat(batches(plan).stream().flatMap(b -> b.listings().stream()))
                .containsExactlyInAnyOrder("1", "2", "3", "4");
        assertThat(plan.header().batches()).isEqualTo(2);
        assertThat(tasks(plan)).extracting(ChunkTask::table).containsExactly("trades", "quotes");
    }

    @Test
    void rowsWithoutListingAreNotInAnyBatch() throws Exception {
        day.put(
                tradesKey("XNAS", 0),
                "SELECT CASE WHEN i < 10 THEN NULL ELSE i % 2 END::BIGINT AS ListingId, i AS Seq"
                        + " FROM range(30) t(i)");

        DayPlan plan = plan(dataset(table("trades", 100)), List.of());

        assertThat(batches(plan)).containsExactly(new Batch(0, List.of("0", "1")));
        assertThat(plan.header().rows()).isEqualTo(30);
        assertThat(plan.header().outside()).contains(10L);
        assertThat(plan.header().figures().orElseThrow().notes())
                .containsExactly("10 rows of trades have no value in ListingId; they count as outside the universe");
        assertThat(plan.note())
                .endsWith("; 10 rows of trades have no value in ListingId; they count as outside the universe");
    }

    @Test
    void columnsAreInTheOrderThatMostObjectsHaveThemIn() throws Exception {
        day.put(tradesKey("XNAS", 0), "SELECT 1::BIGINT AS ListingId, 3 AS Price, 2 AS Seq");
        day.put(tradesKey("XNYS", 0), "SELECT 1::BIGINT AS ListingId, 2 AS Seq, 3 AS Price");
        day.put(tradesKey("XPHL", 0), "SELECT 1::BIGINT AS ListingId, 2 AS Seq, 3 AS Price");

        DayPlan plan = plan(dataset(table("trades", 100)), List.of());

        assertThat(columns(plan)).containsExactly("ListingId BIGINT", "Seq INTEGER", "Price INTEGER");
    }

    @Test
    void driftWithinADayIsReconciledAndThePlanSaysToWhat() throws Exception {
        day.put(tradesKey("XNAS", 0), "SELECT 1::INTEGER AS ListingId, 2::SMALLINT AS Seq, 3::FLOAT AS Price");
        day.put(
                tradesKey("XNYS", 0),
                "SELECT 1::BIGINT AS ListingId, 2::UINTEGER AS Seq, 3::DOUBLE AS Price, 'x' AS Note");

        DayPlan plan = plan(dataset(table("trades", 100)), List.of());

        assertThat(columns(plan)).containsExactly("ListingId BIGINT", "Seq BIGINT", "Price DOUBLE", "Note VARCHAR");
    }

    private static List<String> columns(DayPlan plan) {
        return plan.map().stream()
                .flatMap(part -> part.tables().stream())
                .flatMap(List::stream)
                .flatMap(table -> table.columns().stream())
                .map(column -> column.name() + " " + column.type())
                .toList();
    }

    @Test
    void stringListingsMayLookLikeAnything() throws Exception {
        day.put(
                tradesKey("XNAS", 0),
                "SELECT x AS ListingId, 1 AS Seq FROM (VALUES ('BRK.B'), ('XRP/ETH'), ('AA-'),"
                        + " ('../x'), ('a''b\"c'), (''), ('é😀')) t(x)");

        DayPlan plan = plan(dataset(table("trades", 100)), List.of());

        assertThat(plan.header().listingType()).isEqualTo(ListingType.STRING);
        assertThat(batches(plan))
                .containsExactly(new Batch(0, List.of("", "../x", "AA-", "BRK.B", "XRP/ETH", "a'b\"c", "é😀")));
    }

    @Test
    void anObjectWithoutRowsIsPlannedTooSoThatTheManifestHasIt() throws Exception {
        day.trades("XNAS", 0, 0, 1, 1);
        day.trades("XNYS", 0, 10, 1, 1);

        DayPlan plan = plan(dataset(table("trades", 100)), List.of());

        assertThat(plan.header().sources()).isEqualTo(2);
        assertThat(tasks(plan).get(0).sources()).hasSize(2);
    }

    @Test
    void aUniverseOfCsvDecidesWhichListingsAreWanted() throws Exception {
        day.trades("XNAS", 0, 100, 1, 5);
        csv("ListingId,name\n7,unseen\n 2,b\n4,d\n");

        DayPlan plan = plan(withUniverse("universe/{date}.csv"), List.of());

        assertThat(batches(plan)).containsExactly(new Batch(0, List.of("2", "4", "7")));
    }

    @Test
    void aUniverseOfParquetDoesAsWell() throws Exception {
        day.trades("XNAS", 0, 100, 1, 5);
        day.put("universe/2013.parquet", "SELECT x::INTEGER AS ListingId FROM (VALUES (2), (4)) t(x)");

        DayPlan plan = plan(withUniverse("universe/{yyyy}.parquet"), List.of());

        assertThat(batches(plan)).containsExactly(new Batch(0, List.of("2", "4")));
    }

    @Test
    void aUniverseWithNullsDuplicatesAndStrangersIsRefusedWithTheirCounts() {
        day.trades("XNAS", 0, 100, 1, 5);
        csv("ListingId,name\n2,b\n,c\n2,b\n02,b\nx1,b\n");

        PlanException e = failure(withUniverse("universe/{date}.csv"), List.of());

        assertThat(e.failure().object()).contains("universe/2013-10-07.csv");
        assertThat(e)
                .hasMessageContaining("of 5 rows 1 have no ListingId, 2 repeat one, 1 are no integers such as 'x1'");
    }

    @Test
    void aUniverseWithoutItsColumnNamesTheColumnsThereAre() {
        day.trades("XNAS", 0, 100, 1, 5);
        csv("id,name\n2,b\n");

        assertThat(failure(withUniverse("universe/{date}.csv"), List.of()))
                .hasMessageContaining("has no listing column ListingId; it has: id, name");
    }

    @Test
    void aMissingUniverseIsNamedWithItsPlace() {
        day.trades("XNAS", 0, 100, 1, 5);

        assertThat(failure(withUniverse("universe/{date}.csv"), List.of()))
                .hasMessageContaining("memory://test/universe/2013-10-07.csv");
    }

    @Test
    void aUniverseOfAnotherTypeThanTheDataIsRefused() {
        day.trades("XNAS", 0, 100, 1, 5);
        day.put("universe/2013.parquet", "SELECT 'a' AS ListingId");

        assertThat(failure(withUniverse("universe/{yyyy}.parquet"), List.of()))
                .hasMessageContaining("is VARCHAR, but the listings in the data are integers");
    }

    @Test
    void aTypeThatDiffersBetweenFilesNamesBothAndTheColumn() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.put(tradesKey("XNYS", 0), "SELECT * REPLACE (Price::VARCHAR AS Price) FROM (" + tradesSql(10, 1, 1) + ")");

        PlanException e = failure(dataset(table("trades", 100)), List.of());

        assertThat(e)
                .hasMessageContaining("column Price of table trades is DECIMAL(21,1) in " + tradesKey("XNAS", 0)
                        + " but VARCHAR in " + tradesKey("XNYS", 0))
                .hasMessageContaining("exclude: [\"" + tradesKey("XNYS", 0) + "\"]");
        assertThat(e.failure().object()).contains(tradesKey("XNYS", 0));
    }

    @Test
    void anObjectWithoutTheListingColumnIsNamedWithTheColumnsThereAre() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.put(tradesKey("XNYS", 0), "SELECT * EXCLUDE (ListingId) FROM (" + tradesSql(10, 1, 1) + ")");

        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessageContaining(
                        "object " + tradesKey("XNYS", 0) + " of table trades has no listing column ListingId")
                .hasMessageContaining("it has: Seq, Price, Note");
    }

    @Test
    void anObjectWithoutAnOrderColumnIsNamedBesideOneThatHasIt() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.put(tradesKey("XNYS", 0), "SELECT * EXCLUDE (Seq) FROM (" + tradesSql(10, 1, 1) + ")");

        PlanException e = failure(dataset(table("trades", 100)), List.of());

        assertThat(e)
                .hasMessage("object " + tradesKey("XNYS", 0) + " of table trades has no order column Seq, which "
                        + tradesKey("XNAS", 0) + " has; it has: ListingId, Price, Note; repair it, or go on without it"
                        + " with exclude: [\"" + tradesKey("XNYS", 0) + "\"] or --exclude " + tradesKey("XNYS", 0));
        assertThat(e.failure().object()).contains(tradesKey("XNYS", 0));
    }

    @Test
    void aTableWithoutItsOrderColumnIsNamedWithTheColumnsThereAre() {
        day.put(tradesKey("XNAS", 0), "SELECT 1 AS ListingId, 2 AS Price");

        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessage(
                        "table trades has no order column Seq in its output; correct order of the table in the dataset; it has:"
                                + " ListingId, Price (by object "
                                + tradesKey("XNAS", 0) + ")");
    }

    @Test
    void namesThatDifferInCaseBetweenObjectsAreRefused() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.put(tradesKey("XNYS", 0), "SELECT * RENAME (Price AS price) FROM (" + tradesSql(10, 1, 1) + ")");

        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessageContaining("object " + tradesKey("XNYS", 0) + " of table trades has no column Price, which "
                        + tradesKey("XNAS", 0) + " has, but has price: names must be spelled alike");
    }

    @Test
    void aTableWithoutItsListingColumnIsTheDatasetsMistakeAndNoObjects() {
        day.put(tradesKey("XNAS", 0), "SELECT 1 AS Symbol, 2 AS Seq");

        PlanException one = failure(dataset(table("trades", 100)), List.of());
        for (int object = 1; object < 30; object++) {
            day.put(tradesKey("XNAS", object), "SELECT 1 AS Symbol, 2 AS Seq");
        }
        PlanException many = failure(dataset(table("trades", 100)), List.of());

        assertThat(one)
                .hasMessage(
                        "no object of table trades has the listing column ListingId; correct listing in the dataset;"
                                + " it has: Symbol, Seq (by " + tradesKey("XNAS", 0) + ")");
        assertThat(one.failure().object()).isEmpty();
        assertThat(many)
                .hasMessageMatching("none of the first 2\\d of 30 objects of table trades has the listing column"
                        + " ListingId; correct listing in the dataset; it has: Symbol, Seq \\(by .*, .*, .* and \\d+"
                        + " more\\)");
    }

    @Test
    void brokenObjectsAreAllNamedAtOnce() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.input.put(tradesKey("XNAS", 1), "PAR1 nothing".getBytes(StandardCharsets.UTF_8));
        day.input.put(tradesKey("XNAS", 2), new byte[0]);
        day.trades("XNYS", 0, 10, 1, 1);

        PlanException e = failure(dataset(table("trades", 100)), List.of());

        assertThat(e.failure().object()).contains(tradesKey("XNAS", 1));
        assertThat(e)
                .hasMessageContaining("object " + tradesKey("XNAS", 1) + " of table trades cannot be read")
                .hasMessageContaining("exclude: [\"" + tradesKey("XNAS", 1) + "\"]")
                .hasMessageContaining("(1 more cannot be used either: " + tradesKey("XNAS", 2) + ")");
    }

    @Test
    void excludedObjectsAreLeftOutAndListed() throws Exception {
        day.trades("XNAS", 0, 10, 1, 1);
        day.input.put(tradesKey("XNAS", 1), new byte[0]);
        List<String> exclude = List.of(tradesKey("XNAS", 1));

        DayPlan plan = plan(dataset(table("trades", 100)), exclude);

        assertThat(plan.header().excluded()).isEqualTo(exclude);
        assertThat(plan.header().sources()).isEqualTo(1);
    }

    @Test
    void anExcludeThatMatchesNothingIsAnError() {
        day.trades("XNAS", 0, 10, 1, 1);

        assertThat(failure(dataset(table("trades", 100)), List.of("nowhere")))
                .hasMessageContaining("exclude names 1 key that is no object of 2013-10-07")
                .hasMessageContaining("nowhere");
    }

    @Test
    void aDayWithoutObjectsSaysWhereItLooked() {
        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessageContaining("no object of table trades on 2013-10-07 in memory://test/")
                .hasMessageContaining("'{table}/date={date}/mic={mic}/*.parquet' below 'trades/date=2013-10-07/mic='")
                .hasMessageContaining("then 'date={date}/mic={mic}/*.parquet' below 'date=2013-10-07/mic='");
    }

    @Test
    void aColumnThatIsReplacedWithoutBeingReadKeepsItsPlaceForTheWorkers() throws Exception {
        day.trades("XNAS", 0, 10, 1, 2);
        TableDefinition table = table("trades", 100);

        DayPlan plan = plan(
                dataset(new TableDefinition(
                        table.name(),
                        table.sources(),
                        table.listing(),
                        table.order(),
                        table.timestamp(),
                        table.where(),
                        List.of(OutputColumn.ALL, new OutputColumn("Price", "1")),
                        table.caps())),
                List.of());

        assertThat(columns(plan))
                .containsExactly("ListingId BIGINT", "Seq BIGINT", "Price DECIMAL(21,1)", "Note VARCHAR");
    }

    @Test
    void anOptionalTableWithoutObjectsIsPlannedByItsDeclaredColumns() throws Exception {
        day.trades("XNAS", 0, 10, 1, 2);

        DayPlan plan = plan(dataset(table("trades", 100), optional("BIGINT")), List.of());

        assertThat(plan.header().tables()).containsExactly("trades", "quotes");
        assertThat(tasks(plan)).extracting(ChunkTask::table).containsExactly("trades");
        assertThat(columns(plan)).endsWith("ListingId BIGINT", "Seq BIGINT");
        assertThat(failure(dataset(table("trades", 100), optional("VARCHAR")), List.of()))
                .hasMessageContaining("ListingId of table trades is INT64, but ListingId of table quotes is STRING");
    }

    @Test
    void aDayWithoutAnyObjectIsRefusedThoughItsTablesAreOptionalAndItsUniverseIsKnown() {
        csv("ListingId\n1\n2\n");

        assertThat(failure(
                        dataset(Optional.of("universe/{date}.csv"), new ChunkPolicy(1L << 30, 100), optional("BIGINT")),
                        List.of()))
                .hasMessageContaining("no table has an object on 2013-10-07 in memory://test/")
                .hasMessageContaining("quotes");
    }

    private static TableDefinition optional(String listing) {
        TableDefinition table = table("quotes", 100);
        return new TableDefinition(
                table.name(),
                table.sources(),
                table.listing(),
                table.order(),
                table.timestamp(),
                table.where(),
                table.select(),
                table.caps(),
                table.rename(),
                List.of(
                        new SourceColumn("ListingId", new ColumnType(listing)),
                        new SourceColumn("Seq", new ColumnType("BIGINT"))),
                true);
    }

    @Test
    void aDayWithoutListingsSaysSo() {
        day.trades("XNAS", 0, 0, 1, 1);

        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessage("no listing in equity/2013-10-07: 1 object of table trades has no rows; check what was"
                        + " delivered for the day, or ask for days without it (other dates, or a holiday file)");
    }

    @Test
    void aDayOfWhichNoRowHasAListingSaysWhereNoneIs() {
        day.put(tradesKey("XNAS", 0), "SELECT NULL::BIGINT AS ListingId, i AS Seq FROM range(30) t(i)");
        day.put(tradesKey("XNYS", 0), "SELECT NULL::BIGINT AS ListingId, i AS Seq FROM range(1) t(i)");

        assertThat(failure(dataset(table("trades", 100)), List.of()))
                .hasMessage("no listing in equity/2013-10-07: 2 objects of table trades: none of 31 rows has a value in"
                        + " ListingId; correct listing in the dataset, or the objects");
    }

    @Test
    void listingsOfTwoTypesAreRefused() {
        day.trades("XNAS", 0, 10, 1, 1);
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", "SELECT 'a' AS ListingId, 1 AS Seq");

        assertThat(failure(dataset(table("trades", 100), table("quotes", 100)), List.of()))
                .hasMessageContaining("ListingId of table trades is INT64, but ListingId of table quotes is STRING");
    }

    @Test
    void anObjectWhoseDataIsDamagedIsFoundAmongTheOnesThatItIsCountedWith() throws Exception {
        for (int part = 0; part < 5; part++) {
            day.trades("XNAS", part, 2000, 1, 700);
        }
        byte[] damaged = day.input.read(tradesKey("XNAS", 3));
        java.util.Arrays.fill(damaged, 4, 200, (byte) 0xff);
        day.input.put(tradesKey("XNAS", 3), damaged);

        PlanException e = failure(dataset(table("trades", 100)), List.of());

        assertThat(e.failure().object()).contains(tradesKey("XNAS", 3));
        assertThat(e).hasMessageContaining("cannot be read").hasMessageNotContaining("more cannot be used");
    }

    @Test
    void smallObjectsOfDifferentWritersAndLargeOnesAreCountedAllTheSame() throws Exception {
        day.trades("XNAS", 0, 3000, 1, 3);
        day.put(tradesKey("XNAS", 1), tradesSql(3000, 1, 3), "ROW_GROUP_SIZE 2048, COMPRESSION zstd");
        day.put(tradesKey("XNAS", 2), tradesSql(3000, 1, 3), "PARQUET_VERSION v2, COMPRESSION lz4_raw");
        day.put(
                tradesKey("XNAS", 3),
                "SELECT * REPLACE (CASE WHEN Seq % 100 = 0 THEN NULL ELSE ListingId END AS ListingId) FROM ("
                        + tradesSql(3000, 1, 3) + ")");
        day.put(tradesKey("XNAS", 4), tradesSql(200_000, 1, 100_000), "ROW_GROUP_SIZE 50000, COMPRESSION uncompressed");

        DayPlan plan = plan(dataset(table("trades", 6000)), List.of());

        // Listings 1 to 3 have 4,000 rows less what is null, and 2 more; the others 2 each.
        assertThat(plan.header().listings()).isEqualTo(100_000);
        assertThat(plan.header().rows()).isEqualTo(212_000);
        assertThat(plan.header().batches()).isEqualTo((int) Math.ceil((212_000 - 30) / 6000.0));
    }

    @Test
    void nothingIsLeftOnTheScratchDisk() throws Exception {
        day.trades("XNAS", 0, 10, 1, 1);
        day.input.put(tradesKey("XNAS", 1), new byte[0]);

        failure(dataset(table("trades", 100)), List.of());

        try (Stream<Path> left = Files.list(directory.resolve("scratch"))) {
            assertThat(left).isEmpty();
        }
    }

    private DatasetDefinition withUniverse(String source) {
        return dataset(Optional.of(source), new ChunkPolicy(1L << 30, 100), table("trades", 1000));
    }

    private void csv(String text) {
        day.input.put("universe/2013-10-07.csv", text.getBytes(StandardCharsets.UTF_8));
    }

    private DayPlan plan(DatasetDefinition dataset, List<String> exclude) throws Exception {
        PlanRequest request = PlanRequest.of("equity", DATE, false, List.of(), exclude);
        return day.planner().plan(dataset, dataset.tables(), request, PlanId.create(NOW), Optional.empty(), NOW);
    }

    private PlanException failure(DatasetDefinition dataset, List<String> exclude) {
        return catchThrowableOfType(PlanException.class, () -> plan(dataset, exclude));
    }

    private static List<Batch> batches(DayPlan plan) {
        return plan.map().stream()
                .flatMap(part -> part.batches().stream())
                .map(batch -> new Batch(batch.number(), batch.listings()))
                .toList();
    }

    private static List<ChunkTask> tasks(DayPlan plan) {
        List<ChunkTask> tasks = new ArrayList<>();
        plan.tasks().of(plan.header()).forEach(tasks::add);
        return tasks;
    }
}
