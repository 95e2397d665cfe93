package io.tickshred.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
    @Property
    void isThatOfUnsignedUtf8Bytes(
            @ForAll
                    @CharRange(from = 'a', to = 'c')
                    @CharRange(from = '\u00e0', to = '\ud7ff')
                    @CharRange(from = '\ue000', to = '\uffff')
                    String a,
            @ForAll
                    @CharRange(from = 'a', to = 'c')
                    @CharRange(from = '\u00e0', to = '\ud7ff')
                    @CharRange(from = '\ue000', to = '\uffff')
                    String b) {
        int expected = Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

        assertThat(Integer.signum(KeyOrder.INSTANCE.compare(a, b))).isEqualTo(Integer.signum(expected));
    }

    @Test
    void charactersBeyondTheBasicPlaneComeLast() {
        assertThat("\uFB00".compareTo("😀")).as("the order of Java's strings").isPositive();

        assertThat(KeyOrder.INSTANCE.compare("\uFB00", "😀")).isNegative();
        assertThat(KeyOrder.INSTANCE.compare("😀", "😁")).isNegative();
        assertThat(KeyOrder.INSTANCE.compare("a😀", "a😀")).isZero();
        assertThat(KeyOrder.INSTANCE.compare("a", "a😀")).isNegative();
    }
}
