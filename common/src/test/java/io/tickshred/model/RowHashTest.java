package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowHashTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(64);

    @Property
    void isTheSumModulo2To64InAnyOrder(@ForAll List<Long> rows, @ForAll long seed) {
        List<Long> shuffled = new java.util.ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(seed));

        BigInteger exact = rows.stream()
                .map(BigInteger::valueOf)
                .reduce(BigInteger.ZERO, BigInteger::add)
                .mod(MODULUS);

        assertThat(sum(rows)).isEqualTo(sum(shuffled));
        assertThat(sum(rows)).hasToString("%016x".formatted(exact));
    }

    @Property
    void itsTextReadsBack(@ForAll long bits) {
        RowHash hash = new RowHash(bits);

        assertThat(RowHash.parse(hash.toString())).isEqualTo(hash);
    }

    @Test
    void isShownUnsignedWithLeadingZeros() {
        assertThat(new RowHash(-1)).hasToString("ffffffffffffffff");
        assertThat(new RowHash(10)).hasToString("000000000000000a");
        assertThat(RowHash.ZERO.plus(new RowHash(Long.MIN_VALUE)).plus(new RowHash(Long.MIN_VALUE)))
                .isEqualTo(RowHash.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "000000000000000A", "00000000000000000", "-000000000000001", "000000000000000g"})
    void whatIsNoHashIsRefused(String text) {
        assertThatThrownBy(() -> RowHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row hash must be 16 hexadecimal digits: " + text);
    }

    private static RowHash sum(List<Long> rows) {
        return rows.stream().map(RowHash::new).reduce(RowHash.ZERO, RowHash::plus);
    }
}
