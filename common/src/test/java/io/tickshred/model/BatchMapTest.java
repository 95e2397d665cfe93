package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchMapTest {
    @Test
    void aListingInTwoBatchesIsRefused() {
        assertThatThrownBy(() -> map(new Batch(0, List.of("1", "2")), new Batch(1, List.of("3", "2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("listing 2 is in two batches");
    }

    @Test
    void aListingTwiceInOneBatchIsRefused() {
        assertThatThrownBy(() -> map(new Batch(0, List.of("BRK.B", "BRK.B"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BRK.B");
    }

    @Test
    void aGapInTheNumbersIsRefused() {
        assertThatThrownBy(() -> map(new Batch(0, List.of("1")), new Batch(2, List.of("3"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batches must be numbered from 0 without a gap: found 2 at 1");
    }

    @Test
    void keepsItsOwnCopies() {
        List<String> listings = new ArrayList<>(List.of("1"));
        List<Batch> batches = new ArrayList<>(List.of(new Batch(0, listings)));
        BatchMap map = new BatchMap(ListingType.INT64, batches);

        listings.add("2");
        batches.clear();

        assertThat(map.batches()).containsExactly(new Batch(0, List.of("1")));
    }

    private static BatchMap map(Batch... batches) {
        return new BatchMap(ListingType.STRING, List.of(batches));
    }
}
