package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "4096, 4096",
        "1_000, 1000",
        "256MiB, 268435456",
        "256 mib, 268435456",
        "4GiB, 4294967296",
        "1.5GB, 1500000000",
        "2 TiB, 2199023255552"
    })
    void aSizeIsReadInAnyUnit(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "0", "1 parsec", "1..5GB", "99999999999TiB"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.00 KiB",
        "1572864, 1.50 MiB",
        "268435456, 256 MiB",
        "1073741823, 1.00 GiB",
        "9223372036854775807, 8.00 EiB"
    })
    void aSizeIsShownWithThreeDigits(long bytes, String text) {
        assertThat(ByteSize.format(bytes)).isEqualTo(text);
    }
}
