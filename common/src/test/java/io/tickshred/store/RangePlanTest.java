package io.tickshred.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.store.RangePlan.Fetch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RangePlanTest {
    @Test
    void nearRangesShareAFetchAndFarOnesDoNot() {
        RangePlan plan =
                RangePlan.of(List.of(new ByteRange(0, 10), new ByteRange(15, 5), new ByteRange(26, 4)), 5, 1_000);

        assertThat(plan.fetches())
                .containsExactly(
                        new Fetch(new ByteRange(0, 20), List.of(new ByteRange(0, 10), new ByteRange(15, 5))),
                        new Fetch(new ByteRange(26, 4), List.of(new ByteRange(26, 4))));
    }

    @Test
    void aLongRangeIsFetchedInPieces() {
        RangePlan plan = RangePlan.of(List.of(new ByteRange(100, 25)), 5, 10);

        assertThat(plan.fetches())
                .extracting(Fetch::span)
                .containsExactly(new ByteRange(100, 10), new ByteRange(110, 10), new ByteRange(120, 5));
    }

    @Property
    void everyWantedByteIsFetchedOnceAndNoFetchIsTooLongOrHasTooWideAGap(
            @ForAll("ranges") List<ByteRange> ranges,
            @ForAll @IntRange(min = 0, max = 20) int gap,
            @ForAll @IntRange(min = 1, max = 60) int longest) {
        RangePlan plan = RangePlan.of(ranges, gap, longest);

        BitSet wanted = new BitSet();
        ranges.forEach(range -> wanted.set((int) range.offset(), (int) range.end()));
        BitSet fetched = new BitSet();
        long last = 0;
        for (Fetch fetch : plan.fetches()) {
            assertThat(fetch.span().offset()).isGreaterThanOrEqualTo(last);
            assertThat(fetch.span().length()).isLessThanOrEqualTo(longest);
            last = fetch.span().offset();
            for (ByteRange kept : fetch.wanted()) {
                assertThat(kept.offset()).isBetween(last, last + gap);
                assertThat(fetched.get((int) kept.offset(), (int) kept.end()).isEmpty())
                        .isTrue();
                fetched.set((int) kept.offset(), (int) kept.end());
                last = kept.end();
            }
            assertThat(last).isEqualTo(fetch.span().end());
        }
        assertThat(fetched).isEqualTo(wanted);
    }

    @Provide
    Arbitrary<List<ByteRange>> ranges() {
        Arbitrary<int[]> gapAndLength = Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(1, 100))
                .as((gap, length) -> new int[] {gap, length});
        return gapAndLength.list().ofMaxSize(20).map(RangePlanTest::laidOut);
    }

    private static List<ByteRange> laidOut(List<int[]> gapsAndLengths) {
        List<ByteRange> ranges = new ArrayList<>();
        long offset = 0;
        for (int[] next : gapsAndLengths) {
            offset += next[0];
            ranges.add(new ByteRange(offset, next[1]));
            offset += next[1];
        }
        return ranges;
    }
}
