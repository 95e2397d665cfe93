package io.tickshred.benchmarks.day;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReferenceUniverseTest {
    @Property(tries = 200)
    void theListingsHaveJustTheRowsAskedForAndNoneHasMoreThanTheOneBefore(
            @ForAll @LongRange(min = 1, max = 10_000_000_000L) long rows) {
        ReferenceUniverse universe = ReferenceUniverse.of(rows);

        assertThat(universe.listings().stream()
                        .mapToLong(ReferenceListing::rows)
                        .sum())
                .isEqualTo(rows);
        assertThat(ReferenceUniverse.VENUES.stream().mapToLong(universe::rowsOn).sum())
                .isEqualTo(rows);
        List<ReferenceListing> listings = universe.listings();
        for (int rank = 1; rank < listings.size(); rank++) {
            assertThat(listings.get(rank).rows())
                    .isLessThanOrEqualTo(listings.get(rank - 1).rows());
        }
    }

    @Test
    void idsAreUniqueAndEachInstrumentIsListedOnFourVenues() {
        List<ReferenceListing> listings = ReferenceUniverse.of(20_000_000).listings();

        assertThat(listings).hasSize(6_000);
        assertThat(listings.stream().map(ReferenceListing::id)).doesNotHaveDuplicates();
        assertThat(listings.stream()
                        .collect(Collectors.groupingBy(
                                ReferenceListing::instrument,
                                Collectors.mapping(ReferenceListing::mic, Collectors.toSet())))
                        .values())
                .hasSize(1_500)
                .allSatisfy(venues -> assertThat(venues).hasSize(4));
        assertThat(listings.stream()
                        .collect(Collectors.groupingBy(
                                ReferenceListing::instrument,
                                Collectors.mapping(ReferenceListing::ticker, Collectors.toSet())))
                        .values())
                .allSatisfy(tickers -> assertThat(tickers).hasSize(1));
        assertThat(listings.stream().map(ReferenceListing::ticker).distinct()).hasSize(1_500);
    }

    @Test
    void theFullDayHasActivityAsDescribed() {
        List<ReferenceListing> listings = ReferenceUniverse.of(20_000_000).listings();

        assertThat(listings.get(0).rows()).isBetween(780_000L, 900_000L);
        assertThat(listings.get(99).rows() / (double) listings.get(0).rows())
                .isCloseTo(Math.pow(100, -0.8), offset(1e-4));
        assertThat(listings.get(5_999).rows()).isPositive();
    }

    @Test
    void aDayWithoutRowsIsRefused() {
        assertThatThrownBy(() -> ReferenceUniverse.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows must be at least 1: 0");
    }
}
