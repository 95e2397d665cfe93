package io.tickshred.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PruningTest {
    @Property
    void integersOverlapExactlyWhenOneLiesWithin(
            @ForAll @Size(max = 8) List<Byte> wanted, @ForAll byte a, @ForAll byte b) {
        long min = Math.min(a, b);
        long max = Math.max(a, b);

        boolean overlaps = Pruning.integers(wanted.stream().mapToLong(w -> w).toArray())
                .overlaps(Long.toString(min), Long.toString(max));

        assertThat(overlaps).isEqualTo(wanted.stream().anyMatch(w -> w >= min && w <= max));
    }

    @Property
    void stringsCompareAsTheirUtf8Bytes(
            @ForAll @Size(max = 8) List<String> wanted, @ForAll String a, @ForAll String b) {
        String min = utf8(a, b) <= 0 ? a : b;
        String max = utf8(a, b) <= 0 ? b : a;

        boolean overlaps = Pruning.strings(wanted).overlaps(min, max);

        assertThat(overlaps).isEqualTo(wanted.stream().anyMatch(w -> utf8(w, min) >= 0 && utf8(w, max) <= 0));
    }

    @Test
    void boundsThatAreNoIntegersKeepTheRowGroup() {
        assertThat(Pruning.integers(new long[] {1}).overlaps("18446744073709551615", "18446744073709551615"))
                .isTrue();
    }

    private static int utf8(String a, String b) {
        // Lone surrogates have no bytes; both sides of the test take them for the code unit that they are.
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray()) == 0 ? 0 : compareBytes(a, b);
    }

    private static int compareBytes(String a, String b) {
        if (hasLoneSurrogate(a) || hasLoneSurrogate(b)) {
            return Pruning.UTF8_ORDER.compare(a, b);
        }
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean hasLoneSurrogate(String text) {
        return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
