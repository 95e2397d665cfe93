package io.tickshred.planner.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.ChunkTask;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.message.MessageCodec;
import io.tickshred.model.SourcesHash;
import io.tickshred.testkit.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ChunksTest {
    @Provide
    Arbitrary<List<SourceObject>> objects() {
        Arbitrary<long[]> groups =
                Arbitraries.longs().between(0, 50).array(long[].class).ofMaxSize(6);
        return groups.list().ofMaxSize(30).map(all -> IntStream.range(0, all.size())
                .mapToObj(i -> object(i, all.get(i)))
                .toList());
    }

    @Provide
    Arbitrary<ChunkLimits> limits() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 120),
                        Arbitraries.longs().between(1, 240),
                        Arbitraries.integers().between(1, 6))
                .as(ChunkLimits::new);
    }

    @Property
    void chunksTileTheInput(@ForAll("objects") List<SourceObject> objects, @ForAll("limits") ChunkLimits limits) {
        List<ChunkSource> sources = new ArrayList<>();
        new Chunks(objects, limits).forEach(sources::addAll);

        int next = 0;
        for (SourceObject object : objects) {
            int group = 0;
            long rows = 0;
            do {
                ChunkSource source = sources.get(next++);
                assertThat(source.key()).isEqualTo(object.key());
                assertThat(source.ordinal()).isEqualTo(object.ordinal());
                assertThat(source.firstRowGroup()).isEqualTo(group);
                assertThat(source.rowGroups())
                        .isEqualTo(group == 0 && object.rowGroups() == 0 ? 0 : source.rowGroups());
                group += source.rowGroups();
                rows += source.rows();
            } while (group < object.rowGroups());
            assertThat(group).isEqualTo(object.rowGroups());
            assertThat(rows).isEqualTo(object.rows());
        }
        assertThat(next).isEqualTo(sources.size());
    }

    @Property
    void aChunkKeepsToItsPolicyUnlessItIsOneRowGroup(
            @ForAll("objects") List<SourceObject> objects, @ForAll("limits") ChunkLimits limits) {
        for (List<ChunkSource> chunk : new Chunks(objects, limits)) {
            long bytes = chunk.stream()
                    .mapToLong(s -> bytes(objects.get(s.ordinal()), s))
                    .sum();
            int rowGroups = chunk.stream().mapToInt(ChunkSource::rowGroups).sum();

            assertThat(chunk).isNotEmpty().hasSizeLessThanOrEqualTo(limits.maxObjects());
            if (bytes > limits.compressedBytes() || 2 * bytes > limits.memoryBytes()) {
                assertThat(rowGroups).isEqualTo(1);
            }
        }
    }

    @Property
    void theSummaryIsThatOfTheTasks(
            @ForAll("objects") List<SourceObject> objects, @ForAll("limits") ChunkLimits limits) {
        ChunkTasks tasks = new ChunkTasks(
                List.of(new ChunkTasks.TableObjects("trades", objects), new ChunkTasks.TableObjects("quotes", objects)),
                limits);

        List<ChunkTask> all = new ArrayList<>();
        tasks.of(Plans.header(3, 1)).forEach(all::add);

        SourcesHash hash = SourcesHash.ZERO;
        for (ChunkTask task : all) {
            for (ChunkSource s : task.sources()) {
                hash = hash.plus(task.table(), task.chunk(), s.ordinal(), s.key(), s.etag(), s.rows());
            }
        }
        assertThat(tasks.summary()).isEqualTo(new ChunkTasks.Summary(all.size(), hash));
        assertThat(all)
                .extracting(ChunkTask::chunk)
                .isEqualTo(IntStream.range(0, all.size()).boxed().toList());
        assertThat(all.stream().filter(t -> t.table().equals("trades")).count())
                .isEqualTo(all.stream().filter(t -> t.table().equals("quotes")).count());
    }

    @Test
    void smallNeighboursAreJoinedAndALargeObjectIsSplitEvenly() {
        List<SourceObject> objects = List.of(object(0, 10), object(1, 10), object(2, 30, 30, 30, 30), object(3, 5));

        List<List<ChunkSource>> chunks = new ArrayList<>();
        new Chunks(objects, new ChunkLimits(100, Long.MAX_VALUE, 10)).forEach(chunks::add);

        assertThat(chunks).hasSize(4);
        assertThat(chunks.get(0)).extracting(ChunkSource::ordinal).containsExactly(0, 1);
        assertThat(chunks.get(1)).containsExactly(new ChunkSource(2, "key-2", "etag-2", 1000, 60, 0, 2));
        assertThat(chunks.get(2)).containsExactly(new ChunkSource(2, "key-2", "etag-2", 1000, 60, 2, 2));
        assertThat(chunks.get(3)).extracting(ChunkSource::ordinal).containsExactly(3);
    }

    @Test
    void noCrumbIsLeftOverWhereRowGroupsDoNotDivideEvenly() {
        SourceObject object = object(0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 1);

        List<List<ChunkSource>> chunks = new ArrayList<>();
        new Chunks(List.of(object), new ChunkLimits(70, Long.MAX_VALUE, 10)).forEach(chunks::add);

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).get(0).rowGroups()).isEqualTo(7);
    }

    @Test
    void whatIsLargeInMemoryIsSplitHoweverSmallItIsInTheStore() {
        List<List<ChunkSource>> chunks = new ArrayList<>();
        new Chunks(List.of(object(0, 10, 10, 10, 10)), new ChunkLimits(1000, 40, 10)).forEach(chunks::add);

        assertThat(chunks).hasSize(2);
    }

    @Test
    void aTaskIsNoLongerThanARecordHoweverManyObjectsMayBeJoined() {
        String folder = "trades/" + "é".repeat(400) + "/";
        List<SourceObject> objects = IntStream.range(0, 3000)
                .mapToObj(i -> new SourceObject(i, folder + i, "etag", 1000, new long[] {1}, new long[] {1}, 2))
                .toList();
        ChunkTasks tasks = new ChunkTasks(
                List.of(new ChunkTasks.TableObjects("trades", objects)),
                new ChunkLimits(Long.MAX_VALUE, Long.MAX_VALUE, 3000));

        List<ChunkTask> all = new ArrayList<>();
        tasks.of(Plans.header(3, 1)).forEach(all::add);

        assertThat(all).hasSizeBetween(3, 8).allSatisfy(task -> assertThat(new MessageCodec().encode(task))
                .hasSizeLessThan(700_000));
    }

    /** A row takes two bytes in memory, and one in the store. */
    private static SourceObject object(int ordinal, long... groups) {
        return new SourceObject(ordinal, "key-" + ordinal, "etag-" + ordinal, 1000, groups, groups, 2);
    }

    private static long bytes(SourceObject object, ChunkSource source) {
        return IntStream.range(source.firstRowGroup(), source.firstRowGroup() + source.rowGroups())
                .mapToLong(g -> object.groupBytes()[g])
                .sum();
    }
}
