package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnlistedTest {
    /** Changing it would spread a listing's rows over two batches while a fleet is upgraded. */
    @Test
    void aListingIsAdoptedByTheSameBatchForEver() {
        // md5sum: "42" a1d0c6e83f027327d8461063f4ac58a6
        assertThat(Unlisted.adopter("42", 16)).isEqualTo(0x6);
        assertThat(Unlisted.adopter("42", 256)).isEqualTo(0xa6);
        assertThat(Unlisted.adopter("42", 1)).isZero();
    }

    @Test
    void strayListingsSpreadOverAllBatches() {
        int[] counts = new int[10];

        IntStream.range(0, 10_000).forEach(i -> counts[Unlisted.adopter("L" + i, 10)]++);

        assertThat(IntStream.of(counts)).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }
}
