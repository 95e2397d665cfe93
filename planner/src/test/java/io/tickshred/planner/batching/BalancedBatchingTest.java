package io.tickshred.planner.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.BatchCaps;
import io.tickshred.model.ListingType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BalancedBatchingTest {
    private final BatchingStrategy batching = new BalancedBatching();

    record Case(List<ListingSize> sizes, List<BatchCaps> caps) {}

    @Provide
    Arbitrary<Case> cases() {
        return Arbitraries.integers().between(1, 3).flatMap(tables -> {
            Arbitrary<long[]> weights =
                    Arbitraries.longs().between(0, 120).array(long[].class).ofSize(tables);
            Arbitrary<ListingSize> size = Combinators.combine(
                            Arbitraries.integers().between(-500, 500), weights, weights)
                    .as((listing, rows, bytes) -> new ListingSize(String.valueOf(listing), rows, bytes));
            Arbitrary<List<ListingSize>> sizes =
                    size.list().ofMinSize(1).ofMaxSize(80).uniqueElements(ListingSize::listing);
            Arbitrary<List<BatchCaps>> caps = Combinators.combine(
                            Arbitraries.longs().between(1, 300),
                            Arbitraries.longs().between(1, 300))
                    .as(BatchCaps::new)
                    .list()
                    .ofSize(tables);
            return Combinators.combine(sizes, caps).as(Case::new);
        });
    }

    @Property
    void everyListingComesIntoExactlyOneBatch(@ForAll("cases") Case given) {
        List<PackedBatch> batches = batching.pack(ListingType.INT64, given.sizes, given.caps);

        assertThat(batches.stream().flatMap(b -> b.batch().listings().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        given.sizes.stream().map(ListingSize::listing).toList());
        assertThat(batches).extracting(b -> b.batch().number()).isEqualTo(numbers(batches.size()));
    }

    @Property
    void noBatchPassesACapUnlessOneListingAloneDoesAndIsFlagged(@ForAll("cases") Case given) {
        List<PackedBatch> batches = batching.pack(ListingType.INT64, given.sizes, given.caps);

        Map<String, ListingSize> sizes = new HashMap<>();
        given.sizes.forEach(size -> sizes.put(size.listing(), size));
        for (PackedBatch batch : batches) {
            boolean passes = false;
            for (int t = 0; t < given.caps.size(); t++) {
                long rows = 0;
                long bytes = 0;
                for (String listing : batch.batch().listings()) {
                    rows += sizes.get(listing).rows()[t];
                    bytes += sizes.get(listing).bytes()[t];
                }
                passes |= rows > given.caps.get(t).maxRows()
                        || bytes > given.caps.get(t).maxBytes();
            }
            assertThat(batch.oversized()).isEqualTo(passes);
            if (passes) {
                assertThat(batch.batch().listings()).hasSize(1);
            }
        }
    }

    @Property
    void theOrderOfTheSizesDoesNotMatter(@ForAll("cases") Case given, @ForAll long seed) {
        List<ListingSize> shuffled = new ArrayList<>(given.sizes);
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(batching.pack(ListingType.INT64, shuffled, given.caps))
                .isEqualTo(batching.pack(ListingType.INT64, given.sizes, given.caps));
    }

    @Property
    void listingsOfABatchAreInListingOrder(@ForAll("cases") Case given) {
        for (PackedBatch batch : batching.pack(ListingType.INT64, given.sizes, given.caps)) {
            assertThat(batch.batch().listings()).isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
        }
    }

    @Test
    void batchesAreEvenWhereTheirNumberAllows() {
        List<ListingSize> sizes =
                IntStream.range(0, 10).mapToObj(i -> size(i, 10)).toList();

        List<PackedBatch> batches = batching.pack(ListingType.INT64, sizes, List.of(new BatchCaps(90, 1000)));

        assertThat(batches).extracting(b -> b.batch().listings().size()).containsExactly(5, 5);
    }

    @Test
    void aBatchFullInOneTableStillTakesAListingThatHasNoRowsInIt() {
        List<ListingSize> sizes = List.of(
                new ListingSize("1", new long[] {100, 0}, new long[] {0, 0}),
                new ListingSize("2", new long[] {0, 100}, new long[] {0, 0}));

        List<PackedBatch> batches =
                batching.pack(ListingType.INT64, sizes, List.of(new BatchCaps(100, 1), new BatchCaps(100, 1)));

        assertThat(batches).hasSize(1);
    }

    @Test
    void aHundredThousandListingsOfThreeTablesTakeNoLongTime() {
        Random random = new Random(1);
        for (double heaviness : new double[] {0.001, 0.05, 0.55}) {
            List<ListingSize> sizes = IntStream.range(0, 100_000)
                    .mapToObj(i -> new ListingSize("" + i, weights(random, heaviness), weights(random, heaviness)))
                    .toList();
            long start = System.nanoTime();

            List<PackedBatch> batches = batching.pack(
                    ListingType.INT64, sizes, Collections.nCopies(3, new BatchCaps(1_000_000, 1_000_000)));

            System.out.printf(
                    "100,000 listings x 3 tables, heaviness %.3f: %d batches in %d ms%n",
                    heaviness, batches.size(), (System.nanoTime() - start) / 1_000_000);
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

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
