package io.tickshred.planner.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ChunkPolicy;
import io.tickshred.planner.chunking.ChunkTasks.ChunkSize;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FittedChunksTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Provide
    Arbitrary<List<SourceObject>> objects() {
        Arbitrary<long[]> groups =
                Arbitraries.longs().between(0, 50).array(long[].class).ofMaxSize(6);
        return groups.list().ofMinSize(1).ofMaxSize(40).map(all -> IntStream.range(0, all.size())
                .mapToObj(i -> object(i, all.get(i), all.get(i), 2))
                .toList());
    }

    @Provide
    Arbitrary<ChunkPolicy> policies() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 120),
                        Arbitraries.integers().between(1, 30),
                        Arbitraries.longs().between(1, 200))
                .as(ChunkPolicy::new);
    }

    @Property
    void everyLimitHoldsOrANoteSaysWhichDoesNot(
            @ForAll("objects") List<SourceObject> trades,
            @ForAll("objects") List<SourceObject> quotes,
            @ForAll("policies") ChunkPolicy policy,
            @ForAll @LongRange(min = 4, max = 2000) long workerMemory,
            @ForAll @IntRange(min = 1, max = 20) int batches) {
        List<TableObjects> tables = List.of(new TableObjects("trades", trades), new TableObjects("quotes", quotes));

        FittedChunks fitted = FittedChunks.of(tables, policy, workerMemory, batches);

        List<ChunkSize> sizes = sizes(fitted);
        String notes = String.join("; ", fitted.notes());
        boolean overMemory = false;
        for (ChunkSize size : sizes) {
            assertThat(size.objects()).isLessThanOrEqualTo(policy.maxObjects());
            boolean whole = size.rowGroups() == 1;
            assertThat(size.memoryBytes() <= Math.max(1, workerMemory / 4) || whole)
                    .isTrue();
            assertThat(size.bytes() <= fitted.limits().compressedBytes() || whole)
                    .isTrue();
            overMemory |= size.memoryBytes() > Math.max(1, workerMemory / 4);
        }
        assertThat(notes.contains("without spilling")).isEqualTo(overMemory);
        boolean overSlices = (long) sizes.size() * batches > policy.maxSlices();
        if (overSlices) {
            assertThat(notes)
                    .contains(sizes.size() + " chunks times " + batches)
                    .contains("over maxSlices");
        } else {
            assertThat(fitted.limits().compressedBytes() > policy.targetBytes())
                    .isEqualTo(notes.contains("instead of targetBytes"));
        }
    }

    @Property
    void chunksTileTheInputWhateverTheLimits(
            @ForAll("objects") List<SourceObject> objects,
            @ForAll("policies") ChunkPolicy policy,
            @ForAll @LongRange(min = 4, max = 2000) long workerMemory,
            @ForAll @IntRange(min = 1, max = 20) int batches) {
        FittedChunks fitted =
                FittedChunks.of(List.of(new TableObjects("trades", objects)), policy, workerMemory, batches);

        List<List<Integer>> read = new ArrayList<>();
        for (List<ChunkSource> chunk : new Chunks(objects, fitted.limits())) {
            for (ChunkSource source : chunk) {
                IntStream.range(source.firstRowGroup(), source.firstRowGroup() + source.rowGroups())
                        .forEach(group -> read.add(List.of(source.ordinal(), group)));
            }
        }

        List<List<Integer>> all = new ArrayList<>();
        objects.forEach(object ->
                IntStream.range(0, object.rowGroups()).forEach(group -> all.add(List.of(object.ordinal(), group))));
        assertThat(read).isEqualTo(all);
    }

    @Test
    void anObjectOfFiftyGigabytesIsSplitByItsRowGroups() {
        // 400 row groups of 128 MiB, each 300 MiB in memory: a worker with 2 GiB sorts 512 MiB without spilling.
        SourceObject large = object(0, filled(400, 1_000_000), filled(400, 128 * MIB), 300 * 1.048576);

        FittedChunks fitted = FittedChunks.of(
                List.of(new TableObjects("trades", List.of(large))), new ChunkPolicy(256 * MIB, 1000), 2 * GIB, 100);

        assertThat(fitted.notes()).isEmpty();
        assertThat(sizes(fitted)).hasSize(400).allSatisfy(size -> {
            assertThat(size.rowGroups()).isEqualTo(1);
            assertThat(size.memoryBytes()).isLessThanOrEqualTo(512 * MIB);
        });
    }

    @Test
    void withMoreMemoryTheBudgetOfSlicesMakesChunksOfALargeObjectLarger() {
        SourceObject large = object(0, filled(400, 1_000_000), filled(400, 128 * MIB), 300 * 1.048576);

        FittedChunks fitted = FittedChunks.of(
                List.of(new TableObjects("trades", List.of(large))),
                new ChunkPolicy(256 * MIB, 1000, 10_000),
                16 * GIB,
                100);

        assertThat(fitted.notes())
                .singleElement()
                .asString()
                .contains("instead of targetBytes: 256 MiB")
                .contains("chunks times 100 batches are within maxSlices: 10000");
        assertThat(sizes(fitted)).hasSizeBetween(50, 100).allSatisfy(size -> assertThat(size.memoryBytes())
                .isLessThanOrEqualTo(4 * GIB));
    }

    @Test
    void memoryGoesBeforeTheBudgetOfSlicesAndThePlanSaysSo() {
        SourceObject large = object(0, filled(400, 1_000_000), filled(400, 128 * MIB), 300 * 1.048576);

        FittedChunks fitted = FittedChunks.of(
                List.of(new TableObjects("trades", List.of(large))),
                new ChunkPolicy(256 * MIB, 1000, 10_000),
                GIB,
                100);

        assertThat(fitted.notes())
                .hasSize(2)
                .anySatisfy(note -> assertThat(note)
                        .contains("400 chunks times 100 batches are 40000 slices, over maxSlices: 10000")
                        .contains("give workers more memory"))
                .anySatisfy(note -> assertThat(note)
                        .contains("400 chunks of trades are one row group each that takes up to 300 MiB")
                        .contains("sorts 256 MiB of its 1.00 GiB"));
    }

    @Test
    void fiftyThousandSmallObjectsAreJoinedByTheirBytes() {
        List<SourceObject> small = IntStream.range(0, 50_000)
                .mapToObj(i -> object(i, new long[] {1000}, new long[] {200 << 10}, 400))
                .toList();
        List<TableObjects> tables = List.of(new TableObjects("trades", small));

        FittedChunks fitted = FittedChunks.of(tables, new ChunkPolicy(64 * MIB, 1000), 2 * GIB, 100);
        FittedChunks fewSlices = FittedChunks.of(tables, new ChunkPolicy(64 * MIB, 1000, 8_000), 2 * GIB, 100);

        // 327 objects of 200 KiB are 64 MiB.
        assertThat(fitted.notes()).isEmpty();
        assertThat(sizes(fitted)).hasSize(153).allSatisfy(size -> assertThat(size.bytes())
                .isLessThanOrEqualTo(64 * MIB));
        assertThat(sizes(fewSlices)).hasSizeBetween(60, 80);
        assertThat(fewSlices.notes()).singleElement().asString().contains("instead of targetBytes: 64.0 MiB");
    }

    private static List<ChunkSize> sizes(FittedChunks fitted) {
        List<ChunkSize> sizes = new ArrayList<>();
        fitted.tasks().measure(sizes::add);
        return sizes;
    }

    private static long[] filled(int count, long value) {
        long[] all = new long[count];
        Arrays.fill(all, value);
        return all;
    }

    private static SourceObject object(int ordinal, long[] rows, long[] bytes, double rowBytes) {
        return new SourceObject(ordinal, "key-" + ordinal, "etag-" + ordinal, 1000, rows, bytes, rowBytes);
    }
}
