package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.table;
import static io.tickshred.planner.plan.DayFixture.tradesSql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tickshred.message.PlanRequest;
import io.tickshred.model.BatchingPolicy;
import io.tickshred.model.DatasetDefinition;
import io.tickshred.model.DatasetDefinitionBuilder;
import io.tickshred.model.EstimatorPolicy;
import io.tickshred.model.EstimatorPolicy.Kind;
import io.tickshred.model.ObjectTemplate;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.UniverseDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.testkit.PlainDataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each estimator makes of a day, in rows by batch where every listing has a batch of its own. */
class EstimatorsTest {
    private static final Instant NOW = Instant.parse("2026-01-05T06:07:08Z");

    @TempDir
    Path directory;

    private DayFixture day;

    @BeforeEach
    void open() {
        day = new DayFixture(directory);
    }

    @Test
    void aSampleCountsSomeRowGroupsAndIsScaledToTheRowsOfTheFooters() throws Exception {
        // Large enough that the listing column is not fetched whole: 30 row groups, of which 3 are counted.
        day.put(
                DayFixture.tradesKey("XNAS", 0),
                "SELECT (hash(i) % 4)::BIGINT * 1000003 AS ListingId, i AS Seq FROM range(61440) t(i)",
                "ROW_GROUP_SIZE 2048, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1");

        DayPlan plan = plan(dataset(policy(Kind.SAMPLE, Optional.empty(), 3), Optional.empty(), table("trades", 1)));

        assertThat(plan.header().outside()).isEmpty();
        assertThat(plan.header().unlisted()).contains(Unlisted.ADOPTED);
        assertThat(rows(plan, 0)).hasSize(4).allSatisfy((listing, rows) -> assertThat(rows)
                .isBetween(14_000L, 16_800L));
        assertThat(rows(plan, 0).values().stream().mapToLong(r -> r).sum()).isBetween(61_438L, 61_442L);
    }

    @Test
    void aSampleOfSmallObjectsIsExactAndHeldAgainstTheWorkers() throws Exception {
        day.trades("XNAS", 0, 5000, 1, 5);

        DayPlan plan = plan(dataset(policy(Kind.SAMPLE, Optional.empty(), 1), Optional.empty(), table("trades", 1)));

        assertThat(plan.header().outside()).contains(0L);
        assertThat(plan.header().unlisted()).contains(Unlisted.OUTSIDE);
        assertThat(rows(plan, 0))
                .containsOnly(
                        Map.entry("1", 1000L),
                        Map.entry("2", 1000L),
                        Map.entry("3", 1000L),
                        Map.entry("4", 1000L),
                        Map.entry("5", 1000L));
    }

    @Test
    void footersGiveEachRowGroupToTheListingsBetweenItsLeastAndGreatest() throws Exception {
        // Sorted by listing: 2,048 rows of listing 1, then of 2 and 3 half each.
        day.put(
                DayFixture.tradesKey("XNAS", 0),
                "SELECT (CASE WHEN i < 2048 THEN 1 WHEN i % 2 = 0 THEN 2 ELSE 3 END)::BIGINT AS ListingId, i AS Seq"
                        + " FROM range(4096) t(i)");
        csv("universe/2013-10-07.csv", "ListingId,MIC\n1,XNAS\n2,XNAS\n3,XNAS\n9,XNYS\n");

        DayPlan plan = plan(dataset(
                policy(Kind.FOOTER, Optional.empty(), 1), Optional.of("universe/{date}.csv"), table("trades", 1)));

        // 9 has none: it is taken for the median of all, and all are scaled down to the rows there are.
        Map<String, Long> rows = rows(plan, 0);
        assertThat(rows.get("1")).isEqualTo(2 * rows.get("2"));
        assertThat(rows.get("2")).isEqualTo(rows.get("3")).isEqualTo(rows.get("9"));
        assertThat(plan.header().unlisted()).contains(Unlisted.OUTSIDE);
        assertThat(plan.header().outside()).isEmpty();
    }

    @Test
    void listingsOfTwoTypesAreRefusedByTheirTablesWhateverTheirFootersSay() {
        day.trades("XNAS", 0, 10, 1, 2);
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", "SELECT 'AAPL' AS ListingId, 1::BIGINT AS Seq");
        csv("universe/2013-10-07.csv", "ListingId,MIC\n1,XNAS\n");

        assertThat(failure(dataset(
                        policy(Kind.FOOTER, Optional.empty(), 1),
                        Optional.of("universe/{date}.csv"),
                        table("trades", 1),
                        table("quotes", 1))))
                .hasMessageContaining("listings must be of one type in all tables: ListingId of table trades is INT64,"
                        + " but ListingId of table quotes is STRING");
    }

    @Test
    void listingsWithoutAnEstimateHaveTheMedianOfTheirMarket() throws Exception {
        day.trades("XNAS", 0, 100_000, 1, 8);
        csv("universe/2013-10-07.csv", "ListingId,MIC\n1,A\n2,A\n3,A\n4,A\n5,B\n6,B\n7,C\n");
        csv("sizes.csv", "listing,table,rows\n1,trades,100\n2,trades,300\n3,trades,900\n5,trades,7\n99,trades,5\n");

        DayPlan plan = plan(dataset(
                policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1),
                Optional.of("universe/{date}.csv"),
                table("trades", 1)));

        assertThat(rows(plan, 0))
                .containsEntry("3", 900L)
                .containsEntry("4", 300L)
                .containsEntry("6", 7L)
                .containsEntry("7", 300L)
                .doesNotContainKey("99");
        assertThat(plan.note())
                .contains("sizes by reference from sizes.csv of ")
                .contains("3 listings have no estimate in trades: taken for the median of their market");
    }

    @Test
    void aTableWithoutAnEstimateHasItsMultipleOfTheRowsOfTrades() throws Exception {
        day.trades("XNAS", 0, 100_000, 1, 2);
        day.put("l2/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(100_000, 1, 2));
        csv("universe/2013-10-07.csv", "ListingId\n1\n2\n");
        csv("sizes.csv", "listing,table,rows\n1,trades,100\n2,trades,300\n");

        DayPlan plan = plan(dataset(
                policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1),
                Optional.of("universe/{date}.csv"),
                table("trades", 1),
                table("l2", 1)));

        assertThat(rows(plan, 1)).containsOnly(Map.entry("1", 2_000L), Map.entry("2", 6_000L));
        assertThat(plan.note()).contains("l2 has no estimate of its own: 20 times the rows of trades");
    }

    @Test
    void aTableWithNeitherAnEstimateNorAMultiplierIsRefused() {
        day.trades("XNAS", 0, 10, 1, 2);
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(10, 1, 2));
        csv("sizes.csv", "listing,table,rows\n1,trades,100\n");

        assertThat(failure(dataset(
                        policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1),
                        Optional.empty(),
                        table("trades", 1),
                        table("quotes", 1))))
                .hasMessageContaining("there is no estimate of table quotes")
                .hasMessageContaining("multipliers: {quotes: 20}");
    }

    @Test
    void withoutAUniverseSizesAreScaledToTheRowsOfTheDay() throws Exception {
        day.trades("XNAS", 0, 8_000, 1, 2);
        csv("sizes.csv", "listing,table,rows\n1,trades,100\n2,trades,300\n");

        DayPlan plan = plan(
                dataset(policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1), Optional.empty(), table("trades", 1)));

        assertThat(rows(plan, 0)).containsOnly(Map.entry("1", 2_000L), Map.entry("2", 6_000L));
        assertThat(plan.note())
                .contains("the estimates of trades add up to 400 rows, its footers to 8000: scaled by 20.0");
    }

    @Test
    void aReferenceWithDuplicatesOrGapsIsRefusedWithTheirCounts() {
        day.trades("XNAS", 0, 10, 1, 2);
        csv("sizes.csv", "listing,table,rows\n1,trades,100\n1,trades,200\n2,trades,\nx,trades,5\n3,trades,-1\n");

        PlanException e = failure(
                dataset(policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1), Optional.empty(), table("trades", 1)));

        assertThat(e.failure().object()).contains("sizes.csv");
        assertThat(e)
                .hasMessageContaining(
                        "the reference of sizes sizes.csv must have one row for each listing and table: of 5"
                                + " rows 1 repeat a listing and table, 3 have no listing, no table or no whole number of rows");
    }

    @Test
    void aReferenceOfParquetWithoutItsColumnNamesTheColumnsThereAre() {
        day.trades("XNAS", 0, 10, 1, 2);
        day.put("sizes.parquet", "SELECT 1::BIGINT AS listing, 'trades' AS tbl, 5 AS rows");

        assertThat(failure(dataset(
                        policy(Kind.REFERENCE, Optional.of("sizes.parquet"), 1), Optional.empty(), table("trades", 1))))
                .hasMessageContaining(
                        "the reference of sizes sizes.parquet has no column table; it has: listing, tbl, rows");
    }

    @Test
    void aMissingReferenceIsNamed() {
        day.trades("XNAS", 0, 10, 1, 2);

        assertThat(failure(dataset(
                        policy(Kind.REFERENCE, Optional.of("sizes.csv"), 1), Optional.empty(), table("trades", 1))))
                .hasMessageContaining("sizes.csv cannot be read")
                .hasMessageContaining("choose another kind of estimator");
    }

    @Test
    void listingsOfAGroupShareABatch() throws Exception {
        day.trades("XNAS", 0, 100, 1, 4);
        csv("universe/2013-10-07.csv", "ListingId,Instrument\n1,10\n2,20\n3,10\n4,\n");

        DayPlan plan = plan(PlainDataset.of("equity", table("trades", 50))
                .universe(new UniverseDefinition("universe/{date}.csv", "ListingId"))
                .batching(new BatchingPolicy(BatchingPolicy.Strategy.CONTIGUOUS, 1, Optional.of("Instrument")))
                .build());

        assertThat(plan.map().get(0).batches())
                .extracting(batch -> batch.listings())
                .containsExactly(List.of("1", "3"), List.of("2", "4"));
        assertThat(plan.note()).contains("(contiguous; at least 2; fullest 100 %, waste 0 %), sizes by exact");
    }

    /** An instrument without a name has as little in common with others of them in Parquet as in a CSV. */
    @Test
    void listingsWhoseGroupIsBlankStandAlone() throws Exception {
        day.trades("XNAS", 0, 100, 1, 4);
        day.put(
                "universe/2013-10-07.parquet",
                "SELECT l::BIGINT AS ListingId, g AS Instrument FROM (VALUES (1, ''), (2, ' '), (3, ''), (4, 'x')) v(l, g)");

        DayPlan plan = plan(DatasetDefinitionBuilder.from(
                        dataset(EstimatorPolicy.EXACT, Optional.of("universe/{date}.parquet"), table("trades", 25)))
                .batching(new BatchingPolicy(BatchingPolicy.Strategy.BALANCED, 1, Optional.of("Instrument")))
                .build());

        assertThat(rows(plan, 0)).containsOnlyKeys("1", "2", "3", "4");
        assertThat(plan.header().figures().orElseThrow().oversized()).isZero();
        assertThat(plan.note())
                .contains(
                        "the universe universe/2013-10-07.parquet has no column MIC: its listings are taken to be of no"
                                + " market");
    }

    @Test
    void aGroupColumnThatTheUniverseDoesNotHaveIsRefused() {
        day.trades("XNAS", 0, 100, 1, 4);
        csv("universe/2013-10-07.csv", "ListingId,Instrument\n1,10\n");

        assertThat(failure(PlainDataset.of("equity", table("trades", 50))
                        .universe(new UniverseDefinition("universe/{date}.csv", "ListingId"))
                        .batching(new BatchingPolicy(BatchingPolicy.Strategy.BALANCED, 1, Optional.of("InstrumentId")))
                        .build()))
                .hasMessageContaining(
                        "the universe universe/2013-10-07.csv has no column InstrumentId; it has: ListingId, Instrument");
    }

    @Test
    void faultyRowsOfAUniverseAreDroppedAndToldWhereItSaysSo() throws Exception {
        day.trades("XNAS", 0, 100, 1, 4);
        csv("universe/2013-10-07.csv", "ListingId,MIC\n1,A\n,A\n2,B\n1,C\n1,D\n");
        UniverseDefinition lenient = new UniverseDefinition(
                new ObjectTemplate(Optional.empty(), "universe/{date}.csv"),
                "ListingId",
                "MIC",
                UniverseDefinition.Rule.DROP,
                UniverseDefinition.Rule.DROP);

        DayPlan plan = plan(
                PlainDataset.of("equity", table("trades", 1)).universe(lenient).build());

        assertThat(rows(plan, 0)).containsOnlyKeys("1", "2");
        assertThat(plan.header().outside()).contains(50L);
        assertThat(plan.note())
                .contains(
                        "dropped of the universe universe/2013-10-07.csv: 1 rows without ListingId, 2 that repeat one");
    }

    static EstimatorPolicy policy(Kind kind, Optional<String> reference, int rowGroups) {
        return new EstimatorPolicy(
                kind,
                14,
                rowGroups,
                reference.map(source -> new ObjectTemplate(Optional.empty(), source)),
                "MIC",
                "trades",
                EstimatorPolicy.DEFAULT_MULTIPLIERS);
    }

    static DatasetDefinition dataset(EstimatorPolicy estimator, Optional<String> universe, TableDefinition... tables) {
        return PlainDataset.of("equity", tables)
                .universe(universe.map(source -> new UniverseDefinition(source, "ListingId")))
                .estimator(estimator)
                .build();
    }

    private void csv(String key, String text) {
        day.input.put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private DayPlan plan(DatasetDefinition dataset) throws Exception {
        PlanRequest request = PlanRequest.of("equity", DATE, false, List.of(), List.of());
        return day.planner().plan(dataset, dataset.tables(), request, PlanId.create(NOW), Optional.empty(), NOW);
    }

    private PlanException failure(DatasetDefinition dataset) {
        return catchThrowableOfType(PlanException.class, () -> plan(dataset));
    }

    /** Estimated rows of a table by the first listing of each batch. */
    private static Map<String, Long> rows(DayPlan plan, int table) {
        Map<String, Long> rows = new TreeMap<>();
        plan.map().stream().flatMap(part -> part.batches().stream()).forEach(batch -> {
            assertThat(batch.listings()).isNotEmpty();
            rows.put(
                    batch.listings().get(0), batch.estimatedRows().orElseThrow().get(table));
        });
        return rows;
    }
}
