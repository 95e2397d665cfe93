package io.tickshred.planner.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.Batch;
import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BalancedBatchingTest {
    private final BatchingStrategy batching = new BalancedBatching();

    @Test
    void batchesAreEvenWhereTheirNumberAllows() {
        List<ListingSize> sizes =
                IntStream.range(0, 10).mapToObj(i -> size(i, 10)).toList();

        List<PackedBatch> batches =
                batching.pack(ListingType.INT64, ListingGroup.single(sizes), List.of(new BatchCaps(90, 1000)));

        assertThat(batches).extracting(b -> b.batch().listings().size()).containsExactly(5, 5);
    }

    @Test
    void aBatchFullInOneTableStillTakesAListingThatHasNoRowsInIt() {
        List<ListingSize> sizes = List.of(
                new ListingSize("1", new long[] {100, 0}, new long[] {0, 0}),
                new ListingSize("2", new long[] {0, 100}, new long[] {0, 0}));

        List<PackedBatch> batches = batching.pack(
                ListingType.INT64, ListingGroup.single(sizes), List.of(new BatchCaps(100, 1), new BatchCaps(100, 1)));

        assertThat(batches).hasSize(1);
    }

    /** 6,000 listings as active as real ones, each in the market that it is given. */
    private static List<ListingGroup> zipf(IntUnaryOperator market) {
        return IntStream.range(0, 6_000)
                .mapToObj(i -> ListingGroup.single(List.of(size(i, (long) (840_000 / Math.pow(i + 1, 0.8)))))
                        .get(0)
                        .at("mic=" + market.applyAsInt(i) + "/"))
                .toList();
    }

    @Test
    void listingsOfAMarketShareFewBatchesAndBatchesStayFew() {
        Random random = new Random(1);
        List<ListingGroup> groups = zipf(i -> random.nextInt(12));
        List<BatchCaps> caps = List.of(new BatchCaps(1_000_000, Long.MAX_VALUE));
        Map<String, String> homes = groups.stream().collect(Collectors.toMap(ListingGroup::first, ListingGroup::home));

        List<PackedBatch> batches = batching.pack(ListingType.INT64, groups, caps);
        List<ListingGroup> nowhere = groups.stream().map(g -> g.at("")).toList();
        int fewest = batching.pack(ListingType.INT64, nowhere, caps).size();

        long visits = batches.stream()
                .mapToLong(b ->
                        b.batch().listings().stream().map(homes::get).distinct().count())
                .sum();
        System.out.printf(
                "6,000 listings of 12 markets: %d batches, fewest %d, a market is in %.2f batches%n",
                batches.size(), fewest, visits / 12.0);
        assertThat(batches.size()).isLessThanOrEqualTo((int) (fewest * 1.05));
        assertThat(visits / 12.0).isLessThan(3);
    }

    @Test
    void marketsThatFillTheirBatchesKeepThemToThemselves() {
        List<ListingGroup> groups = zipf(i -> i % 12);
        List<BatchCaps> caps = List.of(new BatchCaps(2_000_000, Long.MAX_VALUE));
        Map<String, String> homes = groups.stream().collect(Collectors.toMap(ListingGroup::first, ListingGroup::home));

        List<PackedBatch> batches = batching.pack(ListingType.INT64, groups, caps);
        List<ListingGroup> nowhere = groups.stream().map(g -> g.at("")).toList();
        int fewest = batching.pack(ListingType.INT64, nowhere, caps).size();

        assertThat(batches.size()).isLessThanOrEqualTo((int) (fewest * 1.2));
        assertThat(batches).allSatisfy(batch -> assertThat(batch.batch().listings())
                .extracting(homes::get)
                .containsOnly(homes.get(batch.batch().listings().get(0))));
    }

    @Test
    void whatIsLeftOfABatchGoesToTheNextMarketWhereMarketsApartNeedManyMoreBatches() {
        // Ten markets of 550,000 rows: ten batches apart, six if they share.
        List<ListingGroup> groups = IntStream.range(0, 110)
                .mapToObj(i ->
                        ListingGroup.single(List.of(size(i, 50_000))).get(0).at("mic=" + i / 11 + "/"))
                .toList();

        List<PackedBatch> batches =
                batching.pack(ListingType.INT64, groups, List.of(new BatchCaps(1_000_000, Long.MAX_VALUE)));

        assertThat(batches).hasSize(6);
    }

    @Test
    void lightMarketsShareABatchAndNoneIsCutForIt() {
        List<ListingGroup> groups = IntStream.range(0, 9)
                .mapToObj(i -> ListingGroup.single(List.of(size(i, i < 3 ? 300_000 : 20_000)))
                        .get(0)
                        .at("mic=" + Math.max(2, i) / 2 + "/"))
                .toList();
        // One market of 900,000 rows with a light listing of its own, three of 40,000 and one of 20,000.
        Map<String, String> homes = groups.stream().collect(Collectors.toMap(ListingGroup::first, ListingGroup::home));

        List<PackedBatch> batches =
                batching.pack(ListingType.INT64, groups, List.of(new BatchCaps(1_000_000, Long.MAX_VALUE)));

        assertThat(batches).hasSize(2);
        assertThat(batches.stream()
                        .flatMap(batch -> batch.batch().listings().stream()
                                .map(homes::get)
                                .distinct())
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void listingsOfTwoSizesComeWithinFivePercentOfTheLowerBoundWhereNextFitNeedsAlmostTwice() {
        List<ListingGroup> groups = ListingGroup.single(IntStream.range(0, 1_000)
                .mapToObj(i -> size(i, i % 2 == 0 ? 240_000 : 20_000))
                .toList());
        List<BatchCaps> caps = List.of(new BatchCaps(250_000, Long.MAX_VALUE));

        int balanced = batching.pack(ListingType.INT64, groups, caps).size();
        int nextFit = new ContiguousBatching(Integer.MAX_VALUE)
                .pack(ListingType.INT64, groups, caps)
                .size();
        int bound = LowerBound.of(groups, caps);

        System.out.printf(
                "240k/20k listings under 250k: %d batches, next-fit %d, lower bound %d%n", balanced, nextFit, bound);
        assertThat(bound).isEqualTo(540); // 500 that have no room for any other, and the others by their rows
        assertThat((double) balanced).isLessThanOrEqualTo(1.05 * bound);
        assertThat(nextFit).isEqualTo(1_000);
    }

    @Test
    void aGroupOverACapIsABatchOfItsOwnAndFlagged() {
        List<ListingGroup> groups = ListingGroup.by(
                listing -> Optional.of(listing.substring(0, 1)),
                ListingType.INT64,
                List.of(size(11, 60), size(12, 60), size(21, 10), size(31, 10)));

        List<PackedBatch> batches = batching.pack(ListingType.INT64, groups, List.of(new BatchCaps(100, 1000)));

        assertThat(batches)
                .containsExactly(
                        new PackedBatch(batch(0, List.of("11", "12"), 120), 1.2, true),
                        new PackedBatch(batch(1, List.of("21", "31"), 20), 0.2, false));
    }

    @Test
    void aHundredThousandListingsOfThreeTablesTakeNoLongTime() {
        Random random = new Random(1);
        for (double heaviness : new double[] {0.001, 0.05, 0.55}) {
            List<ListingSize> sizes = IntStream.range(0, 100_000)
                    .mapToObj(i -> new ListingSize("" + i, weights(random, heaviness), weights(random, heaviness)))
                    .toList();
            List<BatchCaps> caps = Collections.nCopies(3, new BatchCaps(1_000_000, 1_000_000));
            long start = System.nanoTime();

            List<ListingGroup> single = ListingGroup.single(sizes);
            List<PackedBatch> batches = batching.pack(ListingType.INT64, single, caps);
            int bound = LowerBound.of(single, caps);
            long singly = System.nanoTime();
            // Ten listings in a group, each group in one of twenty folders.
            List<ListingGroup> groups = ListingGroup.by(
                            listing -> Optional.of(listing.substring(0, Math.max(0, listing.length() - 1))),
                            ListingType.INT64,
                            sizes)
                    .stream()
                    .map(group -> group.at("folder-" + group.first().hashCode() % 20))
                    .toList();
            List<PackedBatch> grouped = batching.pack(ListingType.INT64, groups, caps);
            int groupBound = LowerBound.of(groups, caps);

            System.out.printf(
                    "100,000 listings x 3 tables, heaviness %.3f: %d batches, at least %d, in %d ms with the bound;"
                            + " %d, at least %d, in %d ms with groups and homes%n",
                    heaviness,
                    batches.size(),
                    bound,
                    (singly - start) / 1_000_000,
                    grouped.size(),
                    groupBound,
                    (System.nanoTime() - singly) / 1_000_000);
            assertThat(bound).isBetween(1, batches.size());
            assertThat(groupBound).isBetween(1, grouped.size());
            assertThat(grouped.stream()
                            .mapToInt(b -> b.batch().listings().size())
                            .sum())
                    .isEqualTo(100_000);
            assertThat(batches.stream()
                            .mapToInt(b -> b.batch().listings().size())
                            .sum())
                    .isEqualTo(100_000);
        }
    }

    @Property
    void stringsAreInTheOrderOfTheirUtf8Bytes(@ForAll String a, @ForAll String b) {
        // Lone surrogates are no text and have no UTF-8 bytes of their own.
        net.jqwik.api.Assume.that(wellFormed(a) && wellFormed(b));

        int byBytes = java.util.Arrays.compareUnsigned(
                a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                b.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(Integer.signum(ListingOrder.of(ListingType.STRING).compare(a, b)))
                .isEqualTo(Integer.signum(byBytes));
    }

    private static boolean wellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static long[] weights(Random random, double heaviness) {
        return random.doubles(3)
                .mapToLong(d -> (long) (d * d * d * heaviness * 1_000_000))
                .toArray();
    }

    private static ListingSize size(int listing, long rows) {
        return new ListingSize(String.valueOf(listing), new long[] {rows}, new long[] {rows});
    }

    /** Of one table, in which a row has a byte. */
    private static Batch batch(int number, List<String> listings, long rows) {
        return new Batch(number, listings, Optional.of(List.of(rows)), Optional.of(List.of(rows)));
    }
}
