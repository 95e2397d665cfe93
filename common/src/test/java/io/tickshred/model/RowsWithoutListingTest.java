package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RowsWithoutListingTest {
    @Test
    void theNoteCountsInGrammarAndSaysWhenItEstimates() {
        assertThat(new RowsWithoutListing("trades", "Ticker", 55, true).note())
                .isEqualTo("55 rows of trades have no value in Ticker; they count as outside the universe");
        assertThat(new RowsWithoutListing("trades", "Ticker", 1, true).note())
                .isEqualTo("1 row of trades has no value in Ticker; it counts as outside the universe");
        assertThat(new RowsWithoutListing("trades", "Ticker", 5000, false).note())
                .isEqualTo("about 5000 rows of trades have no value in Ticker; they count as outside the universe");
    }

    @Test
    void noRowsAreNothingToTell() {
        assertThatThrownBy(() -> new RowsWithoutListing("trades", "Ticker", 0, true))
                .hasMessage("rows must be at least 1: 0");
    }
}
