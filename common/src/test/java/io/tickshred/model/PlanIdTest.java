package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanIdTest {
    private static final long YEAR_2500 = 16_725_225_600_000L;

    @Property
    void theNewerOfTwoPlansIsTheGreaterAsTextToo(
            @ForAll @LongRange(max = YEAR_2500) long one, @ForAll @LongRange(max = YEAR_2500) long other) {
        Assume.that(one != other);

        PlanId first = PlanId.create(Instant.ofEpochMilli(Math.min(one, other)));
        PlanId second = PlanId.create(Instant.ofEpochMilli(Math.max(one, other)));

        assertThat(first).isLessThan(second);
        assertThat(first.value()).isLessThan(second.value());
        assertThat(first.toString()).isEqualTo(first.value());
    }

    @Property(tries = 200)
    void aMillisecondApartIsEnough(@ForAll @LongRange(max = YEAR_2500) long millis) {
        PlanId first = PlanId.create(Instant.ofEpochMilli(millis));
        PlanId second = PlanId.create(Instant.ofEpochMilli(millis + 1));

        assertThat(first).isLessThan(second);
    }

    @Test
    void anIdTellsWhenItWasMade() {
        Instant made = Instant.parse("2026-01-06T12:00:00.123Z");

        assertThat(PlanId.create(made).createdAt()).isEqualTo(made);
    }

    @Test
    void twoPlansOfOneMillisecondDiffer() {
        assertThat(PlanId.create(Instant.EPOCH)).isNotEqualTo(PlanId.create(Instant.EPOCH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01kar7m2g0x4v9t",
                "01kar7m2g0x4v9tqq",
                "01KAR7M2G0X4V9TQ",
                "01kar7m2g0x4v9tu",
                "../../../../../.."
            })
    void whatIsNoIdIsRefused(String text) {
        assertThatThrownBy(() -> new PlanId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan id must be 16 characters of base 32: " + text);
    }
}
