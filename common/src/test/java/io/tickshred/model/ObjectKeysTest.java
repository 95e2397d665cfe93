package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {
    private static final Day DAY = new Day("us-equity", LocalDate.of(2013, 10, 7));
    private static final PlanId PLAN = new PlanId("01kar7m2g0x4v9tq");
    private static final AttemptId ATTEMPT = new AttemptId("5f0c2ab91e77");

    @Test
    void keysAreAsDocumented() {
        assertThat(ObjectKeys.manifest(DAY)).isEqualTo("us-equity/2013-10-07/manifest.json");
        assertThat(ObjectKeys.batch(DAY, PLAN, "trades", 7))
                .isEqualTo("us-equity/2013-10-07/01kar7m2g0x4v9tq/batch-trades-7.parquet");
        assertThat(ObjectKeys.batchMetric(DAY, PLAN, "bars", 7))
                .isEqualTo("us-equity/2013-10-07/01kar7m2g0x4v9tq/batch-metrics-bars-7.parquet");
        assertThat(ObjectKeys.sweepClaim("us-equity", 1_767_571_200))
                .isEqualTo("staging/.sweep/us-equity/001767571200");
        RangeId range = RangeId.parse("us-equity/2013-10-01..2013-10-31");
        assertThat(ObjectKeys.aggregateManifest(range, "bars"))
                .isEqualTo("us-equity/metrics/bars/2013-10-01_2013-10-31.json");
        assertThat(ObjectKeys.aggregateObject(range, "bars", "0123456789abcdef".repeat(4)))
                .isEqualTo("us-equity/metrics/bars/2013-10-01_2013-10-31.0123456789abcdef.parquet");
        assertThat(ObjectKeys.packedRun(DAY, PLAN, "trades", 3, ATTEMPT))
                .isEqualTo("staging/us-equity/2013-10-07/01kar7m2g0x4v9tq/trades/3-5f0c2ab91e77.parquet");
        assertThat(ObjectKeys.partitionedRun(DAY, PLAN, "trades", 3, ATTEMPT, 7))
                .isEqualTo("staging/us-equity/2013-10-07/01kar7m2g0x4v9tq/trades/3-5f0c2ab91e77/batch=7/data.parquet");
    }

    @Test
    void thePlaceOfWhatAPlanWroteIsKnownAgainAndNothingElseHasOne() {
        assertThat(ObjectKeys.place(ObjectKeys.batch(DAY, PLAN, "trades", 7)))
                .contains(new ObjectKeys.Place(DAY, PLAN, false));
        assertThat(ObjectKeys.place(ObjectKeys.listings(DAY, PLAN, 3)))
                .contains(new ObjectKeys.Place(DAY, PLAN, false));
        assertThat(ObjectKeys.place(ObjectKeys.packedRun(DAY, PLAN, "trades", 3, ATTEMPT)))
                .contains(new ObjectKeys.Place(DAY, PLAN, true));
        assertThat(ObjectKeys.place(ObjectKeys.manifest(DAY))).isEmpty();
        assertThat(ObjectKeys.place(ObjectKeys.sweepClaim("us-equity", 0))).isEmpty();
        assertThat(ObjectKeys.place(ObjectKeys.outputPrefix(DAY, PLAN) + "listings-.parquet"))
                .isEmpty();
        assertThat(ObjectKeys.place(ObjectKeys.outputPrefix(DAY, PLAN) + "mine.parquet"))
                .isEmpty();
    }

    @Test
    void thePlaceOfAnAggregatesObjectIsKnownAgainAndNothingElseHasOne() {
        RangeId range = new RangeId("us-equity", LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 31));

        assertThat(ObjectKeys.aggregatePlace(ObjectKeys.aggregateObject(range, "bars", "0a".repeat(32))))
                .contains(new ObjectKeys.AggregatePlace(range, "bars"));
        assertThat(ObjectKeys.aggregatePlace(ObjectKeys.aggregateManifest(range, "bars")))
                .isEmpty();
        assertThat(ObjectKeys.aggregatePlace(ObjectKeys.batch(DAY, PLAN, "trades", 7)))
                .isEmpty();
        for (String dates : List.of("2026-01-02_2026-01-01", "2026-01-02_2026-02-31")) {
            assertThat(ObjectKeys.aggregatePlace("a/metrics/b/" + dates + ".0123456789abcdef.parquet"))
                    .as(dates)
                    .isEmpty();
        }
    }

    @Test
    void nothingFromTheDataCanEvenBePassed() {
        List<Class<?>> types = Stream.of(ObjectKeys.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getParameterTypes)
                .flatMap(Stream::of)
                .distinct()
                .toList();

        assertThat(types)
                .isSubsetOf(
                        Day.class, PlanId.class, AttemptId.class, RangeId.class, int.class, long.class, String.class);
    }

    @Property
    void aTableNameThatIsNoPlainNameNeverBecomesPartOfAKey(@ForAll("textThatIsNoName") String table) {
        assertThatThrownBy(() -> ObjectKeys.batch(DAY, PLAN, table, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectKeys.batchMetric(DAY, PLAN, table, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectKeys.packedRun(DAY, PLAN, table, 0, ATTEMPT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectKeys.partitionedRun(DAY, PLAN, table, 0, ATTEMPT, 0))
                .isInstanceOf(IllegalArgumentException.class);
        RangeId range = new RangeId("us-equity", LocalDate.EPOCH, LocalDate.EPOCH);
        assertThatThrownBy(() -> ObjectKeys.aggregateManifest(range, table))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectKeys.aggregateObject(range, "bars", table))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectKeys.sweepClaim(table, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Day(table, LocalDate.EPOCH)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<String> textThatIsNoName() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "", "..", "../x", "a/b", "BRK.B", "XRP/ETH", "AA-", "MDGN+", "-a", "_a", "a\n", "ä", "a b"),
                Arbitraries.strings().filter(text -> !text.matches("[a-z0-9][a-z0-9_-]{0,62}")));
    }

    @Test
    void datesAreIsoInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));

            assertThat(ObjectKeys.manifest(DAY)).isEqualTo("us-equity/2013-10-07/manifest.json");
            assertThat(ObjectKeys.batch(DAY, PLAN, "trades", 10)).endsWith("batch-trades-10.parquet");
            assertThat(new RowHash(0x123).toString()).isEqualTo("0000000000000123");
            assertThat(AttemptId.create().value()).hasSize(12);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void twoAttemptsAndTwoPlansShareNoKeyAndNoPrefix() {
        PlanId other = PlanId.create(Instant.EPOCH);

        assertThat(ObjectKeys.packedRun(DAY, PLAN, "trades", 3, ATTEMPT))
                .isNotEqualTo(ObjectKeys.packedRun(DAY, PLAN, "trades", 3, AttemptId.create()));
        assertThat(ObjectKeys.batch(DAY, PLAN, "trades", 0)).startsWith(ObjectKeys.outputPrefix(DAY, PLAN));
        assertThat(ObjectKeys.batch(DAY, other, "trades", 0)).doesNotStartWith(ObjectKeys.outputPrefix(DAY, PLAN));
        assertThat(ObjectKeys.packedRun(DAY, PLAN, "trades", 3, ATTEMPT))
                .startsWith(ObjectKeys.stagingPrefix(DAY, PLAN));
    }

    @Test
    void stagingAndOutputOfOneStoreNeverCoverEachOther() {
        Day awkward = new Day("staging", LocalDate.of(2013, 10, 7));

        assertThat(ObjectKeys.batch(awkward, PLAN, "trades", 0)).doesNotStartWith(ObjectKeys.stagingPrefix(DAY, PLAN));
        assertThat(ObjectKeys.batch(awkward, PLAN, "trades", 0))
                .doesNotStartWith(ObjectKeys.stagingPrefix(awkward, PLAN));
        assertThat(ObjectKeys.manifest(awkward)).doesNotStartWith(ObjectKeys.stagingPrefix(awkward, PLAN));
    }

    @Test
    void allThatIsWrittenIsKnownAsOwnAndNothingElse() {
        Day day = new Day("trades", LocalDate.of(2024, 1, 2));
        PlanId plan = PlanId.create(Instant.EPOCH);
        AttemptId attempt = AttemptId.create();
        RangeId range = RangeId.parse("trades/2024-01-02..2024-01-03");

        assertThat(List.of(
                        ObjectKeys.manifest(day),
                        ObjectKeys.batch(day, plan, "l2", 0),
                        ObjectKeys.batchMetric(day, plan, "bars", 1),
                        ObjectKeys.listings(day, plan, 2),
                        ObjectKeys.aggregateManifest(range, "bars"),
                        ObjectKeys.aggregateObject(range, "bars", "0".repeat(64)),
                        ObjectKeys.packedRun(day, plan, "l2", 3, attempt),
                        ObjectKeys.partitionedRun(day, plan, "l2", 3, attempt, 4),
                        ObjectKeys.runIndex(day, plan, "l2", 3, attempt),
                        ObjectKeys.clock(attempt),
                        ObjectKeys.sweepClaim("trades", 5)))
                .allMatch(ObjectKeys::isOwn);
        assertThat(List.of(
                        "trades/date=2024-01-02/mic=XNAS/part-0.parquet",
                        "trades/2024-01-02/part-0.parquet",
                        "trades/2024-01-02/batch-trades-0.parquet",
                        "trades/2024-01-02/" + plan + "/part-0.parquet",
                        "staging/2024-01-02/part-0.parquet",
                        "metrics/2024-01-02.parquet"))
                .noneMatch(ObjectKeys::isOwn);
    }
}
