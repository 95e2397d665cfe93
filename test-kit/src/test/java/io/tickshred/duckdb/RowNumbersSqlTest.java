package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.model.RowNumbers;
import java.nio.file.Path;
import java.util.Arrays;
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
            assertThat(session.query(
                            "SELECT " + RowNumbersSql.mix("n") + " FROM (VALUES " + values + ") t(n)",
                            row -> row.uint64(0)))
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

    /** Whole row groups of one size lost and doubled in equal number: equal totals are no proof. */
    @Test
    void aRowGroupLostAndAnotherOfItsSizeDoubledIsSeenWhateverTheSize() {
        for (int rows = 1; rows <= 2048; rows++) {
            long whole = print(0, 6, rows);
            for (int lost = 0; lost < 6; lost++) {
                for (int doubled = 0; doubled < 6; doubled++) {
                    long found = whole - print(lost, 1, rows) + print(doubled, 1, rows);
                    assertThat(found == whole)
                            .as("groups of %d rows: %d lost, %d doubled", rows, lost, doubled)
                            .isEqualTo(lost == doubled);
                }
            }
        }
    }

    @Property(tries = 2000)
    void anyRowGroupsLostAndDoubledAreSeen(
            @ForAll @IntRange(min = 2, max = 60) int groups,
            @ForAll @IntRange(min = 1, max = 50) int rows,
            @ForAll long seed) {
        Random random = new Random(seed);
        int[] times = new int[groups];
        Arrays.fill(times, 1);
        for (int change = 1 + random.nextInt(4); change > 0; change--) {
            times[random.nextInt(groups)]--;
            times[random.nextInt(groups)]++;
        }
        long found = 0;
        for (int group = 0; group < groups; group++) {
            found += times[group] * print(group, 1, rows);
        }

        assertThat(found == print(0, groups, rows))
                .isEqualTo(Arrays.stream(times).allMatch(n -> n == 1));
    }

    /** Fingerprint of consecutive row groups of one size. */
    private static long print(int first, int groups, int rows) {
        return RowNumbers.range((long) first * rows, (long) groups * rows)
                .print()
                .bits();
    }
}
