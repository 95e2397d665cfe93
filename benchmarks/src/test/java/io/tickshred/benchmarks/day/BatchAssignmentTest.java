package io.tickshred.benchmarks.day;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class BatchAssignmentTest {
    @Property(tries = 50)
    void everyListingWithRowsIsInOneBatchAndOnlyAListingAlonePassesTheCap(
            @ForAll @LongRange(min = 1, max = 1_000_000) long rows,
            @ForAll @LongRange(min = 1_000, max = 500_000) long cap) {
        ReferenceUniverse universe = ReferenceUniverse.of(rows);
        Map<Long, Long> rowsOf = universe.listings().stream()
                .filter(l -> l.rows() > 0)
                .collect(Collectors.toMap(ReferenceListing::id, ReferenceListing::rows));

        List<List<Long>> batches = BatchAssignment.firstFit(universe, cap).batches();

        assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(rowsOf.keySet());
        assertThat(batches).allSatisfy(batch -> assertThat(batch.size() == 1
                        || batch.stream().mapToLong(rowsOf::get).sum() <= cap)
                .isTrue());
    }
}
