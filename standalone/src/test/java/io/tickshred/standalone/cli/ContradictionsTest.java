package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Command lines that say two things of which only one can be meant, or one that cannot be. */
class ContradictionsTest {
    static Stream<Arguments> contradictions() {
        return Stream.of(
                Arguments.of(
                        "day us/2013-10-07 --dataset bitstamp",
                        "the day us/2013-10-07 is of another dataset than --dataset bitstamp: leave out one of the two"
                                + " (see ./tickshred day --help)"),
                Arguments.of(
                        "verify OUT/trades/2013-10-07/manifest.json --output OTHER",
                        "the manifest OUT/trades/2013-10-07/manifest.json is not in --output OTHER: leave out --output,"
                                + " or name the day as trades/2013-10-07 (see ./tickshred verify --help)"),
                Arguments.of(
                        "dead-letters --since 0h",
                        "Invalid value for option '--since': must be at least 1h: '0h'"
                                + " (see ./tickshred dead-letters --help)"),
                Arguments.of(
                        "dead-letters --since -2d",
                        "Invalid value for option '--since': write hours or days, such as 12h or 2d: '-2d'"
                                + " (see ./tickshred dead-letters --help)"),
                Arguments.of(
                        "sweep --older-than 0d",
                        "Invalid value for option '--older-than': must be at least 1h: '0d'"
                                + " (see ./tickshred sweep --help)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void aCommandLineThatCannotBeMeantIsWrongUsage(String command, String line) {
        Ran ran = Ran.of(command.split(" "));

        assertThat(ran.errLines()).isEqualTo(List.of("tickshred: " + line));
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(2);
    }
}
