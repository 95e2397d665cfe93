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
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BatchingStrategyTest {
    /** What holds for one strategy holds for all. */
    private static final List<BatchingStrategy> STRATEGIES =
            List.of(new BalancedBatching(), new ContiguousBatching(Integer.MAX_VALUE), new ContiguousBatching(7));

    record Case(List<ListingSize> sizes, List<BatchCaps> caps, int groups) {
        /** Listings of one group have the same remainder; a third of them stay alone. They are of up to four homes. */
        List<ListingGroup> grouped() {
            return ListingGroup.by(this::groupOf, ListingType.INT64, sizes).stream()
                    .map(group -> group.at("home " + Math.floorMod(group.first().hashCode(), 1 + groups % 4)))
                    .toList();
        }

        Optional<String> groupOf(String listing) {
            long number = Long.parseLong(listing);
            return number % 3 == 0 ? Optional.empty() : Optional.of("" + Math.floorMod(number, groups));
        }
    }

    @Provide
    Arbitrary<BatchingStrategy> strategies() {
        return Arbitraries.of(STRATEGIES);
    }

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
            return Combinators.combine(sizes, caps, Arbitraries.integers().between(1, 200))
                    .as(Case::new);
        });
    }

    @Property
    void everyListingComesIntoExactlyOneBatch(
            @ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given) {
        List<PackedBatch> batches = batching.pack(ListingType.INT64, given.grouped(), given.caps);

        assertThat(batches.stream().flatMap(b -> b.batch().listings().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        given.sizes.stream().map(ListingSize::listing).toList());
        assertThat(batches).extracting(b -> b.batch().number()).isEqualTo(numbers(batches.size()));
    }

    @Property
    void noBatchPassesACapUnlessOneGroupAloneDoesAndIsFlagged(
            @ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given) {
        List<PackedBatch> batches = batching.pack(ListingType.INT64, given.grouped(), given.caps);

        for (PackedBatch batch : batches) {
            assertThat(batch.oversized()).isEqualTo(passes(given, batch.batch().listings()));
            assertThat(batch.oversized()).isEqualTo(batch.fullness() > 1);
            if (batch.oversized()) {
                assertThat(given.grouped())
                        .extracting(ListingGroup::listings)
                        .contains(batch.batch().listings());
            }
        }
    }

    @Property
    void aGroupIsWholeInOneBatch(@ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given) {
        Map<String, Integer> batchOf = new HashMap<>();
        for (PackedBatch batch : batching.pack(ListingType.INT64, given.grouped(), given.caps)) {
            batch.batch()
                    .listings()
                    .forEach(listing -> batchOf.put(listing, batch.batch().number()));
        }

        for (ListingGroup group : given.grouped()) {
            assertThat(group.listings().stream().map(batchOf::get).distinct()).hasSize(1);
        }
    }

    @Property
    void theOrderOfTheSizesDoesNotMatter(
            @ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given, @ForAll long seed) {
        List<ListingSize> shuffled = new ArrayList<>(given.sizes);
        Collections.shuffle(shuffled, new Random(seed));
        List<ListingGroup> groups = new ArrayList<>(new Case(shuffled, given.caps, given.groups).grouped());
        Collections.shuffle(groups, new Random(seed + 1));

        assertThat(batching.pack(ListingType.INT64, groups, given.caps))
                .isEqualTo(batching.pack(ListingType.INT64, given.grouped(), given.caps));
    }

    @Property
    void listingsOfABatchAreInListingOrderAndItsRowsAreTheirSum(
            @ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given) {
        Map<String, ListingSize> sizes = new HashMap<>();
        given.sizes.forEach(size -> sizes.put(size.listing(), size));

        for (PackedBatch batch : batching.pack(ListingType.INT64, given.grouped(), given.caps)) {
            List<String> listings = batch.batch().listings();
            assertThat(listings).isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
            assertThat(batch.batch().estimatedRows()).hasValueSatisfying(rows -> assertThat(rows)
                    .isEqualTo(IntStream.range(0, given.caps.size())
                            .mapToObj(t -> listings.stream()
                                    .mapToLong(l -> sizes.get(l).rows()[t])
                                    .sum())
                            .toList()));
        }
    }

    @Property
    void noStrategyNeedsFewerBatchesThanTheLowerBound(
            @ForAll("strategies") BatchingStrategy batching, @ForAll("cases") Case given) {
        assertThat(batching.pack(ListingType.INT64, given.grouped(), given.caps))
                .hasSizeGreaterThanOrEqualTo(LowerBound.of(given.grouped(), given.caps));
    }

    @Property
    void contiguousBatchesAreRangesOfTheListings(@ForAll("cases") Case given) {
        for (int most : new int[] {3, Integer.MAX_VALUE}) {
            List<PackedBatch> batches =
                    new ContiguousBatching(most).pack(ListingType.INT64, ListingGroup.single(given.sizes), given.caps);

            assertThat(batches.stream()
                            .flatMap(b -> b.batch().listings().stream())
                            .toList())
                    .isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
            assertThat(batches).allSatisfy(b -> assertThat(b.batch().listings()).hasSizeBetween(1, most));
        }
    }

    private static boolean passes(Case given, List<String> listings) {
        boolean passes = false;
        for (int t = 0; t < given.caps.size(); t++) {
            long rows = 0;
            long bytes = 0;
            for (ListingSize size : given.sizes) {
                if (listings.contains(size.listing())) {
                    rows += size.rows()[t];
                    bytes += size.bytes()[t];
                }
            }
            passes |= rows > given.caps.get(t).maxRows()
                    || bytes > given.caps.get(t).maxBytes();
        }
        return passes;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
