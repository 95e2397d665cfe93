package io.tickshred.planner.naive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.BatchTask.TableSlices;
import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.SourcesHash;
import io.tickshred.model.Unlisted;
import io.tickshred.parquet.Footer;
import io.tickshred.parquet.Pruning;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.discovery.PlanException;
import io.tickshred.planner.scan.FooterVisitor;
import io.tickshred.planner.scan.ListingFolders;
import io.tickshred.store.StoredObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What batches read, held against the pruning by each batch's own listings that everyone else uses. */
class NaiveReadsTest {
    private static final FooterVisitor NOBODY = new FooterVisitor() {
        @Override
        public void visit(Footer footer) {}

        @Override
        public List<PlanException> finish() {
            return List.of();
        }
    };

    /** A day of two tables at random: objects without rows or row groups, statistics that say nothing, texts. */
    private static final class AnyDay {
        private final Random random;
        private final ListingType type;
        private final List<Batch> batches = new ArrayList<>();
        private final List<TableObjects> tables = new ArrayList<>();
        private final Map<String, ListingBounds> bounds = new HashMap<>();
        private final Map<String, Footer> footers = new HashMap<>();

        AnyDay(int batchCount, long seed) throws Exception {
            random = new Random(seed);
            type = random.nextBoolean() ? ListingType.INT64 : ListingType.STRING;
            List<List<String>> listings = new ArrayList<>();
            for (int batch = 0; batch < batchCount; batch++) {
                listings.add(new ArrayList<>());
            }
            for (int listing = 0; listing < 60; listing++) {
                if (random.nextInt(4) > 0) {
                    listings.get(random.nextInt(batchCount)).add(text(listing));
                }
            }
            for (List<String> some : listings) {
                batches.add(new Batch(batches.size(), some));
            }
            for (String table : List.of("trades", "quotes")) {
                ListingBounds known = new ListingBounds(NOBODY, "Id");
                List<SourceObject> objects = new ArrayList<>();
                for (int ordinal = 0; ordinal < random.nextInt(5); ordinal++) {
                    objects.add(object(table, ordinal, known));
                }
                bounds.put(table, known);
                tables.add(new TableObjects(table, objects));
            }
        }

        private String text(int listing) {
            return type == ListingType.INT64 ? Integer.toString(listing * 7 - 150) : "é" + listing % 7 + "x" + listing;
        }

        private SourceObject object(String table, int ordinal, ListingBounds known) throws Exception {
            String key = table + "/" + ordinal;
            int count = random.nextInt(6);
            long[] rows = new long[count];
            long[] bytes = new long[count];
            List<Footer.RowGroup> groups = new ArrayList<>();
            long first = 0;
            for (int g = 0; g < count; g++) {
                rows[g] = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(100);
                bytes[g] = rows[g] * 10;
                String a = text(random.nextInt(60));
                String b = text(random.nextInt(60));
                boolean rising = type == ListingType.INT64
                        ? Long.parseLong(a) <= Long.parseLong(b)
                        : Pruning.UTF8_ORDER.compare(a, b) <= 0;
                boolean said = random.nextInt(6) > 0;
                groups.add(new Footer.RowGroup(
                        g,
                        first,
                        rows[g],
                        List.of(new Footer.ColumnChunk(
                                "Id",
                                4,
                                bytes[g],
                                bytes[g],
                                Optional.of(rising ? a : b).filter(v -> said),
                                Optional.of(rising ? b : a).filter(v -> said),
                                0))));
                first += rows[g];
            }
            Footer footer = new Footer(
                    new StoredObject(key, 1000, "etag", Instant.EPOCH), ByteBuffer.allocate(0), List.of(), groups);
            known.visit(footer);
            footers.put(key, footer);
            return new SourceObject(ordinal, key, "etag", 1000, rows, bytes, 8);
        }

        NaiveReads reads(Unlisted unlisted) {
            return new NaiveReads(type, batches, unlisted, tables, bounds, Map.of());
        }

        SortedSet<Integer> kept(SourceObject object, Batch batch) {
            Pruning pruning = type == ListingType.INT64
                    ? Pruning.integers(
                            batch.listings().stream().mapToLong(Long::parseLong).toArray())
                    : Pruning.strings(batch.listings());
            return pruning.keep(
                    java.util.Objects.requireNonNull(footers.get(object.key())), "Id", 0, object.rowGroups());
        }
    }

    @Test
    void aBatchReadsNoFolderThatNoneOfItsListingsIsIn() {
        ListingFolders folders = new ListingFolders();
        folders.add("1", "mic=A/");
        folders.add("2", "mic=B/");
        folders.add("3", "mic=A/");
        folders.add("3", "mic=B/");
        List<Batch> batches =
                List.of(new Batch(0, List.of("1")), new Batch(1, List.of("2")), new Batch(2, List.of("3")));
        List<SourceObject> objects = List.of(
                new SourceObject(0, "mic=A/1", "etag", 100, new long[] {10}, new long[] {100}, 8),
                new SourceObject(1, "mic=B/1", "etag", 100, new long[] {10}, new long[] {100}, 8),
                new SourceObject(2, "mic=C/1", "etag", 100, new long[] {10}, new long[] {100}, 8));
        List<TableObjects> tables = List.of(new TableObjects("trades", objects));

        NaiveReads known = new NaiveReads(
                ListingType.INT64, batches, Unlisted.OUTSIDE, tables, Map.of(), Map.of("trades", folders));
        NaiveReads adopting = new NaiveReads(
                ListingType.INT64, batches, Unlisted.ADOPTED, tables, Map.of(), Map.of("trades", folders));

        assertThat(known.volume()).isEqualTo(new NaiveReads.Volume(300, 400));
        assertThat(adopting.volume()).isEqualTo(new NaiveReads.Volume(300, 900));
        assertThat(known.slices().slices().stream()
                        .filter(slice -> slice.duty() != Duty.OUTSIDE)
                        .map(slice -> slice.source().key()))
                .containsExactlyInAnyOrder("mic=A/1", "mic=B/1", "mic=A/1", "mic=B/1");
    }

    /** Two batches read the same row group of 1,000 bytes, 8,000 in memory; one has nine of its ten rows. */
    @Test
    void aBatchWantsDiskForAllThatItReadsAndToSortItsOwnPartOfIt() {
        List<SourceObject> objects =
                List.of(new SourceObject(0, "1", "etag", 1000, new long[] {10}, new long[] {1000}, 800));
        List<Batch> batches = List.of(
                new Batch(0, List.of("1"), Optional.of(List.of(9L, 0L))),
                new Batch(1, List.of("2"), Optional.of(List.of(1L, 10L))));
        List<TableObjects> tables = List.of(new TableObjects("trades", objects), new TableObjects("quotes", objects));

        NaiveReads.Largest largest =
                new NaiveReads(ListingType.INT64, batches, Unlisted.OUTSIDE, tables, Map.of(), Map.of()).largest();

        assertThat(largest.bytes()).isEqualTo(2000);
        // Of quotes batch 1 sorts all, while it keeps the tenth of trades that it made.
        assertThat(largest.diskBytes()).isEqualTo(100 + 1000 + (2 * 8000 + 1000));
    }

    @Property(tries = 300)
    void readsAreTheBytesThatPruningByEachBatchsListingsKeeps(
            @ForAll @IntRange(min = 1, max = 9) int batches, @ForAll long seed) throws Exception {
        AnyDay day = new AnyDay(batches, seed);
        long bytes = 0;
        long read = 0;
        for (TableObjects table : day.tables) {
            for (SourceObject object : table.objects()) {
                bytes += LongStream.of(object.groupBytes()).sum();
                for (Batch batch : day.batches) {
                    // Row groups that nothing is known of are read by a batch without listings too: nobody asks which.
                    read += day.kept(object, batch).stream()
                            .mapToLong(g -> object.groupBytes()[g])
                            .sum();
                }
            }
        }

        NaiveReads.Volume volume = day.reads(Unlisted.OUTSIDE).volume();

        assertThat(volume).isEqualTo(new NaiveReads.Volume(bytes, read));
        assertThat(volume.times()).isEqualTo(bytes == 0 ? 0 : (double) read / bytes);
        assertThat(day.reads(Unlisted.ADOPTED).volume()).isEqualTo(new NaiveReads.Volume(bytes, bytes * batches));
    }

    @Test
    void aTaskIsAsLargeAsItsSlicesAndWhatItCarriesOfItsPlan() {
        NaiveBatches none = new NaiveBatches(List.of(List.of()), SourcesHash.ZERO);

        long bare = none.largestTaskBytes(List.of());

        assertThat(none.largestTaskBytes(List.of("n".repeat(1000), "excluded/é.parquet")))
                .isBetween(bare + 1000 + 19, bare + 1000 + 19 + 20);
    }

    @Property(tries = 300)
    void slicesAreWhatIsReadAndEveryRowGroupHasOneThatAnswersForIt(
            @ForAll @IntRange(min = 1, max = 9) int batches, @ForAll long seed) throws Exception {
        AnyDay day = new AnyDay(batches, seed);

        NaiveBatches naive = day.reads(Unlisted.OUTSIDE).slices();

        assertThat(naive.batches()).hasSize(batches);
        for (int t = 0; t < day.tables.size(); t++) {
            Map<String, Integer> answered = new HashMap<>();
            for (Batch batch : day.batches) {
                TableSlices table = naive.batches().get(batch.number()).get(t);
                assertThat(table.table()).isEqualTo(day.tables.get(t).table());
                assertThat(table.slices().isEmpty())
                        .isEqualTo(day.tables.get(t).objects().isEmpty());
                for (SourceObject object : day.tables.get(t).objects()) {
                    List<Integer> read = new ArrayList<>();
                    for (SourceSlice slice : table.slices()) {
                        if (slice.source().key().equals(object.key())) {
                            take(object, slice, read, answered);
                        }
                    }
                    assertThat(read).containsExactlyElementsOf(day.kept(object, batch));
                }
            }
            for (SourceObject object : day.tables.get(t).objects()) {
                for (int g = 0; g < object.rowGroups(); g++) {
                    assertThat(answered).containsEntry(object.key() + "#" + g, 1);
                }
                assertThat(naive.slices())
                        .anyMatch(slice -> slice.source().key().equals(object.key()));
            }
        }
    }

    private static void take(
            SourceObject object, SourceSlice slice, List<Integer> read, Map<String, Integer> answered) {
        long rows = 0;
        for (int g = slice.source().firstRowGroup();
                g < slice.source().firstRowGroup() + slice.source().rowGroups();
                g++) {
            rows += object.groupRows()[g];
            if (slice.duty() != Duty.OUTSIDE) {
                read.add(g);
            }
            if (slice.duty() != Duty.OWN) {
                answered.merge(object.key() + "#" + g, 1, Integer::sum);
            }
        }
        assertThat(slice.source().rows()).isEqualTo(rows);
    }
}
