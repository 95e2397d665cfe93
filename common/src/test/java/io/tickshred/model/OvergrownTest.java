package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Caps of 100 rows and 1,000 bytes. */
class OvergrownTest {
    private static final BatchCaps CAPS = new BatchCaps(100, 1000);

    private static Optional<Overgrown> found(long rows, long bytes, long plannedRows, Optional<Long> plannedBytes) {
        BatchFile file = new BatchFile(
                "trades",
                0,
                "k0",
                1,
                "00",
                new Proof(rows, new RowHash(1)),
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.of(bytes));
        return Overgrown.of(file, plannedRows, plannedBytes, CAPS);
    }

    @Test
    void rowsOverTheirCapAndThePlanAreFlagged() {
        assertThat(found(150, 900, 90, Optional.of(900L)))
                .contains(new Overgrown("trades", 90, 150, 900, 1.5, Optional.of(900L)));
    }

    /** Rows as planned, but wider: a day of long texts. */
    @Test
    void bytesOverTheirCapAndThePlanAreFlaggedHoweverFewRowsTheyAre() {
        assertThat(found(80, 2000, 90, Optional.of(900L)))
                .contains(new Overgrown("trades", 90, 80, 2000, 2.0, Optional.of(900L)));
    }

    @Test
    void whatWasPlannedOverACapIsNotMeant() {
        assertThat(found(150, 3000, 150, Optional.of(3000L))).isEmpty();
    }

    @Test
    void moreThanPlannedInOneAndOverTheCapInTheOtherIsNeither() {
        assertThat(found(95, 3000, 90, Optional.of(3000L))).isEmpty();
        assertThat(found(150, 950, 150, Optional.of(900L))).isEmpty();
    }

    @Test
    void whereAPlanSaidNothingOfBytesMoreRowsAreMoreBytes() {
        assertThat(found(95, 2000, 90, Optional.empty())).isPresent();
        assertThat(found(90, 2000, 90, Optional.empty())).isEmpty();
    }

    @Test
    void nothingElseIsOvergrown() {
        assertThatThrownBy(() -> new Overgrown("trades", 90, 80, 800, 2, Optional.of(900L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than its cap and than planned");
    }
}
