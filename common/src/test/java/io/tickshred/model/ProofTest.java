package io.tickshred.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProofTest {
    private static final Proof SEVEN = new Proof(7, new RowHash(100));

    @Test
    void addsRowsAndHashes() {
        assertThat(SEVEN.plus(new Proof(3, new RowHash(-1)))).isEqualTo(new Proof(10, new RowHash(99)));
        assertThat(SEVEN.plus(Proof.EMPTY)).isEqualTo(SEVEN);
    }

    @Test
    void tellsALostAndADoubledRowFromNone() {
        Proof expected = proof(11, 13, 17);

        Proof found = proof(11, 11, 17);

        assertThat(found.rows()).isEqualTo(expected.rows());
        assertThat(found).isNotEqualTo(expected);
    }

    @Test
    void rowsNeverOverflowInSilence() {
        Proof most = new Proof(Long.MAX_VALUE, RowHash.ZERO);

        assertThatThrownBy(() -> most.plus(SEVEN)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Proof(-1, RowHash.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows must not be negative: -1");
    }

    @Test
    void ofARunIsTheSumOfItsSlices() {
        StagedRun run = new StagedRun(
                List.of(new StagedFile("staging/x.parquet", 10, "e", "0".repeat(64))),
                List.of(new RunSlice(0, 0, 0, 1, proof(11, 13)), new RunSlice(5, 0, 0, 2, proof(17))));

        assertThat(run.proof()).isEqualTo(proof(11, 13, 17));
    }

    @Test
    void aTallyIsBalancedWhenEveryRowIsSomewhereOnce() {
        assertThat(tally(10, 7, 2, 1).balanced()).isTrue();
        assertThat(tally(10, 7, 2, 0).balanced()).isFalse();
        assertThat(tally(10, 8, 2, 1).balanced()).isFalse();
    }

    @Test
    void aFailureIsOneLineThatNamesItsObject() {
        Failure failure = new Failure(" expected 5 rows,\n   found 4 ", Optional.of("trades/a.parquet"));

        assertThat(failure).hasToString("trades/a.parquet: expected 5 rows, found 4");
        assertThat(new Failure("trades/a.parquet is truncated", Optional.of("trades/a.parquet")))
                .hasToString("trades/a.parquet is truncated");
        assertThatThrownBy(() -> new Failure(" \n", Optional.empty())).isInstanceOf(IllegalArgumentException.class);
    }

    private static SourceTally tally(long rows, long routed, long filtered, long outside) {
        return new SourceTally(0, "trades/a.parquet", "e", 100, rows, routed, filtered, outside);
    }

    private static Proof proof(int... rowHashes) {
        return IntStream.of(rowHashes)
                .mapToObj(hash -> new Proof(1, new RowHash(hash)))
                .reduce(Proof.EMPTY, Proof::plus);
    }
}
