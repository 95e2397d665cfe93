package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.RowHash;
import io.tickshred.model.RowNumbers;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowNumbersSqlTest {
    @Test
    void duckDbTellsANumberAsTheModelDoes(@TempDir Path scratch) throws Exception {
        List<Long> numbers = List.of(0L, 1L, 2L, 65_535L, 1L << 40, Long.MAX_VALUE);
        String values = numbers.stream().map(n -> "(" + n + "::BIGINT)").collect(Collectors.joining(", "));

        try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
            assertThat(session.query("SELECT hash(n) FROM (VALUES " + values + ") t(n)", row -> row.uint64(0)))
                    .containsExactlyElementsOf(
                            numbers.stream().map(RowNumbers::mix).toList());
        }
    }

    @Test
    void anAggregateOverARangeIsWhatItsEndsSay(@TempDir Path scratch) throws Exception {
        try (DuckDbSession session = DuckDbSession.open(scratch, MemoryBudget.LEAST)) {
            assertThat(session.query(
                            "SELECT " + RowNumbersSql.aggregate("n") + " FROM range(5000, 150000) r(n)",
                            row -> RowNumbersSql.read(row, 0)))
                    .containsExactly(RowNumbers.range(5000, 145_000));
            assertThat(session.query(
                            "SELECT " + RowNumbersSql.aggregate("n") + " FROM range(0) r(n)",
                            row -> RowNumbersSql.read(row, 0)))
                    .containsExactly(RowNumbers.NONE);
        }
    }

    @Property(tries = 300)
    void anyPartitionAddsUpToTheWhole(
            @ForAll @LongRange(max = 1L << 40) long first, @ForAll @IntRange(max = 300) int rows, @ForAll long seed) {
        Random random = new Random(seed);
        RowNumbers sum = RowNumbers.NONE;
        for (int at = 0; at < rows; ) {
            int part = 1 + random.nextInt(rows - at);
            sum = sum.plus(RowNumbers.range(first + at, part));
            at += part;
        }

        assertThat(sum).isEqualTo(RowNumbers.range(first, rows));
    }

    /**
     * Rows lost in equal number to rows doubled, whole row groups of one size among them: equal totals are no proof.
     */
    @Property(tries = 300)
    void whatIsLostHereAndDoubledThereIsSeen(
            @ForAll @IntRange(min = 2, max = 60) int groups,
            @ForAll @IntRange(min = 1, max = 50) int rows,
            @ForAll long seed) {
        Random random = new Random(seed);
        int[] times = new int[groups];
        java.util.Arrays.fill(times, 1);
        for (int change = 1 + random.nextInt(4); change > 0; change--) {
            times[random.nextInt(groups)]--;
            times[random.nextInt(groups)]++;
        }
        RowHash print = RowHash.ZERO;
        for (int group = 0; group < groups; group++) {
            RowNumbers range = RowNumbers.range((long) group * rows, rows);
            print = new RowHash(print.bits() + times[group] * range.print().bits());
        }

        boolean each = java.util.Arrays.stream(times).allMatch(n -> n == 1);
        assertThat(print.equals(RowNumbers.range(0, (long) groups * rows).print()))
                .isEqualTo(each);
    }
}
