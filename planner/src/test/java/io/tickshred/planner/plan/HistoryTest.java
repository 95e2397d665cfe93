package io.tickshred.planner.plan;

import static io.tickshred.planner.plan.DayFixture.DATE;
import static io.tickshred.planner.plan.DayFixture.table;
import static io.tickshred.planner.plan.DayFixture.tradesSql;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.fleet.Sha256;
import io.tickshred.message.MessageCodec;
import io.tickshred.message.PlanRequest;
import io.tickshred.model.Day;
import io.tickshred.model.EstimatorPolicy.Kind;
import io.tickshred.model.ListingsFile;
import io.tickshred.model.ObjectKeys;
import io.tickshred.model.PlanId;
import io.tickshred.model.TableDefinition;
import io.tickshred.model.Unlisted;
import io.tickshred.store.ObjectStore;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.testkit.duckdb.Oracle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the days published before make of a day. */
class HistoryTest {
    private static final Instant NOW = Instant.parse("2026-01-05T06:07:08Z");

    private static final PlanId OLD = PlanId.create(NOW.minusSeconds(1000));

    @TempDir
    Path directory;

    private DayFixture day;

    @BeforeEach
    void open() {
        day = new DayFixture(directory);
    }

    @Test
    void aListingHasTheMedianOfTheDaysOnWhichItHadRows() throws Exception {
        day.trades("XNAS", 0, 1100, 1, 2);
        published(DATE.minusDays(1), Map.of("XNAS", "(1, 'trades', 100), (2, 'trades', 900)"));
        published(DATE.minusDays(3), Map.of("XNAS", "(1, 'trades', 200)"));
        published(DATE.minusDays(14), Map.of("XNAS", "(1, 'trades', 7000)"));
        published(DATE.minusDays(15), Map.of("XNAS", "(1, 'trades', 1), (2, 'trades', 1)"));

        DayPlan plan = plan(table("trades", 1));

        // 200 and 900 by the history, as many as the footers' 1,100 together.
        assertThat(rows(plan, 0)).containsOnly(Map.entry("1", 200L), Map.entry("2", 900L));
        assertThat(plan.note())
                .contains("sizes by history from 3 of the 14 days before, the newest 2013-10-06, 1 days old");
        assertThat(plan.header().unlisted()).contains(Unlisted.ADOPTED);
        assertThat(plan.header().outside()).isEmpty();
    }

    /** What was published is what {@code where} kept: the rows that it drops are in the footers, and in no batch. */
    @Test
    void aFilteredTablesHistoryIsNotScaledUpToTheRowsThatItsFilterDrops() throws Exception {
        day.trades("XNAS", 0, 1100, 1, 2);
        published(DATE.minusDays(1), Map.of("XNAS", "(1, 'trades', 40), (2, 'trades', 60)"));
        TableDefinition all = table("trades", 1);
        TableDefinition filtered = new TableDefinition(
                all.name(),
                all.sources(),
                all.listing(),
                all.order(),
                all.timestamp(),
                Optional.of("Seq % 11 = 0"),
                List.of(),
                all.caps());

        DayPlan plan = plan(filtered);

        assertThat(rows(plan, 0)).containsOnly(Map.entry("1", 40L), Map.entry("2", 60L));
        assertThat(plan.note()).doesNotContain("scaled by");
    }

    @Test
    void aMarketThatCannotBeReadOrIsNewIsCountedInItsOwnObjects() throws Exception {
        day.trades("XNAS", 0, 1000, 1, 2);
        day.trades("XNYS", 0, 300, 11, 3);
        day.trades("ARCX", 0, 40, 21, 1);
        published(
                DATE.minusDays(1),
                Map.of("XNAS", "(1, 'trades', 250), (2, 'trades', 750)", "XNYS", "(11, 'trades', 999999)"));
        day.output.put(key(DATE.minusDays(1), 1), "damaged".getBytes(StandardCharsets.UTF_8));

        DayPlan plan = plan(table("trades", 1));

        assertThat(rows(plan, 0))
                .containsOnly(
                        Map.entry("1", 250L),
                        Map.entry("2", 750L),
                        Map.entry("11", 100L),
                        Map.entry("12", 100L),
                        Map.entry("13", 100L),
                        Map.entry("21", 40L));
        assertThat(plan.note())
                .contains("the history of market XNYS cannot be read and is counted instead: ")
                .contains("its checksum differs")
                .contains("trades of ARCX, XNYS is not in the history and was counted");
    }

    @Test
    void theForecastHasTheRequestsForManifestsAndForAnObjectADayAndMarket() throws Exception {
        day.trades("XNAS", 0, 100, 1, 1);
        long without = plan(table("trades", 1))
                .header()
                .figures()
                .orElseThrow()
                .forecast()
                .orElseThrow()
                .gets();
        for (int back = 1; back <= 3; back++) {
            published(DATE.minusDays(back), Map.of("XNAS", "(1, 'trades', 100)", "XNYS", "(2, 'trades', 100)"));
        }

        DayPlan plan = plan(table("trades", 1));

        // Six objects, each looked up and read; the listing column of the one source is not counted any more. The
        // listing that only the history has is a batch more: two reads of a slice, three to read it back.
        assertThat(plan.header()
                        .figures()
                        .orElseThrow()
                        .forecast()
                        .orElseThrow()
                        .gets())
                .isEqualTo(without + 6 * 2 - 1 + 2 + 3);
    }

    /** A plan travels with its notes in every record of it. */
    @Test
    void manyMarketsThatCannotBeReadAreOneNote() throws Exception {
        Map<String, String> markets = new TreeMap<>();
        for (int market = 10; market < 22; market++) {
            day.trades("X" + market, 0, 100, market, 1);
            markets.put("X" + market, "(" + market + ", 'trades', 100)");
        }
        published(DATE.minusDays(1), markets);
        for (int market = 0; market < 12; market++) {
            day.output.put(key(DATE.minusDays(1), market), "damaged".getBytes(StandardCharsets.UTF_8));
        }

        DayPlan plan = plan(table("trades", 1));

        assertThat(plan.header().figures().orElseThrow().notes())
                .filteredOn(note -> note.contains("cannot be read"))
                .singleElement()
                .asString()
                .startsWith("the history of markets X10, X11, X12, X13, X14 and 7 more cannot be read and is counted"
                        + " instead: ")
                .hasSizeLessThan(600);
    }

    @Test
    void aFirstDayHasNoHistoryWhereItsOutputDirectoryIsNotMadeYet() throws Exception {
        day.trades("XNAS", 0, 100, 1, 2);
        try (FileObjectStore output = new FileObjectStore(directory.resolve("not-made-yet"))) {
            day.outputSeen = output;

            DayPlan plan = plan(table("trades", 1));

            assertThat(plan.header().figures().orElseThrow().notes())
                    .containsExactly("none of the 14 days before is published with rows by listing: all is counted");
        }
    }

    @Test
    void withoutAnyHistoryAllIsCountedExactly() throws Exception {
        day.trades("XNAS", 0, 1000, 1, 2);

        DayPlan plan = plan(table("trades", 1));

        assertThat(rows(plan, 0)).containsOnly(Map.entry("1", 500L), Map.entry("2", 500L));
        assertThat(plan.header().outside()).contains(0L);
        assertThat(plan.header().unlisted()).contains(Unlisted.OUTSIDE);
        assertThat(plan.note())
                .contains("none of the 14 days before is published with rows by listing: all is counted");
    }

    @Test
    void aTableThatTheHistoryDoesNotHaveIsAMultipleOfTradesOrCounted() throws Exception {
        day.trades("XNAS", 0, 400, 1, 2);
        day.put("l2/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(8000, 1, 2));
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(30, 1, 3));
        published(DATE.minusDays(1), Map.of("XNAS", "(1, 'trades', 100), (2, 'trades', 300)"));

        DayPlan plan = plan(table("trades", 1), table("l2", 1), table("quotes", 1));

        // 20 times 100 and 300; the one that only quotes has is taken for the median; 8,000 together.
        assertThat(rows(plan, 1)).containsOnly(Map.entry("1", 1143L), Map.entry("2", 3429L), Map.entry("3", 3429L));
        assertThat(rows(plan, 2))
                .containsEntry("1", 10L)
                .containsEntry("2", 10L)
                .containsEntry("3", 10L);
        assertThat(plan.note()).contains("l2 has no estimate of its own: 20 times the rows of trades");
    }

    @Test
    void aMarketThatTheHistoryHasInAnotherTableOnlyIsCountedInThisOne() throws Exception {
        day.trades("XNAS", 0, 100, 1, 1);
        day.trades("XNYS", 0, 100, 2, 1);
        day.put("quotes/date=" + DATE + "/mic=XNAS/part-0.parquet", tradesSql(900, 1, 1));
        day.put("quotes/date=" + DATE + "/mic=XNYS/part-0.parquet", tradesSql(30, 2, 1));
        published(
                DATE.minusDays(1),
                Map.of("XNAS", "(1, 'trades', 100), (1, 'quotes', 900)", "XNYS", "(2, 'trades', 100)"));

        DayPlan plan = plan(table("trades", 1), table("quotes", 1));

        assertThat(rows(plan, 1)).containsOnly(Map.entry("1", 900L), Map.entry("2", 30L));
        assertThat(plan.note()).contains("quotes of XNYS is not in the history and was counted");
    }

    @Test
    void marketsAreReadSideBySideByEightThreadsAtMost() throws Exception {
        Map<String, String> markets = new TreeMap<>();
        for (int market = 10; market < 26; market++) {
            day.trades("X" + market, 0, 100, market, 1);
            markets.put("X" + market, "(" + market + ", 'trades', 100)");
        }
        published(DATE.minusDays(1), markets);
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        day.outputSeen = (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("readInto")) {
                        most.accumulateAndGet(reading.incrementAndGet(), Math::max);
                        Thread.sleep(100);
                        reading.decrementAndGet();
                    }
                    try {
                        return method.invoke(day.output, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });

        DayPlan plan = plan(table("trades", 1));

        assertThat(rows(plan, 0)).hasSize(16);
        assertThat(most).hasValue(8);
    }

    private void published(LocalDate date, Map<String, String> rowsByMarket) throws Exception {
        List<ListingsFile> files = new ArrayList<>();
        for (Map.Entry<String, String> market : new TreeMap<>(rowsByMarket).entrySet()) {
            Path file = directory.resolve("listings.parquet");
            try (Oracle oracle = new Oracle()) {
                oracle.execute("COPY (SELECT l::BIGINT AS listing, t AS \"table\", 0 AS batch, n::BIGINT AS \"rows\""
                        + " FROM (VALUES " + market.getValue() + ") v(l, t, n)) TO '" + file + "' (FORMAT parquet)");
            }
            String key = key(date, files.size());
            day.output.put(key, Files.readAllBytes(file));
            files.add(new ListingsFile(Optional.of(market.getKey()), key, Files.size(file), Sha256.of(file), 1, 1));
        }
        day.output.put(
                ObjectKeys.manifest(new Day("equity", date)),
                MessageCodec.newMapper().writeValueAsBytes(Map.of("format", 1, "listings", files)));
    }

    private static String key(LocalDate date, int number) {
        return ObjectKeys.listings(new Day("equity", date), OLD, number);
    }

    private DayPlan plan(TableDefinition... tables) throws Exception {
        PlanRequest request = PlanRequest.of("equity", DATE, false, List.of(), List.of());
        return day.planner()
                .plan(
                        EstimatorsTest.dataset(
                                EstimatorsTest.policy(Kind.HISTORY, Optional.empty(), 1), Optional.empty(), tables),
                        List.of(tables),
                        request,
                        PlanId.create(NOW),
                        Optional.empty(),
                        NOW);
    }

    private static Map<String, Long> rows(DayPlan plan, int table) {
        Map<String, Long> rows = new TreeMap<>();
        plan.map().stream()
                .flatMap(part -> part.batches().stream())
                .forEach(batch -> rows.put(
                        batch.listings().get(0),
                        batch.estimatedRows().orElseThrow().get(table)));
        return rows;
    }
}
