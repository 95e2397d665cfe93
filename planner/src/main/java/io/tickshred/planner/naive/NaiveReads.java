package io.tickshred.planner.naive;

import io.tickshred.model.Batch;
import io.tickshred.model.ListingType;
import io.tickshred.model.SourcesHash;
import io.tickshred.model.Unlisted;
import io.tickshred.planner.chunking.ChunkTasks.TableObjects;
import io.tickshred.planner.chunking.SourceObject;
import io.tickshred.planner.scan.ListingFolders;
import io.tickshred.source.SourceDisk;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the batches of a plan would read of the sources. */
public final class NaiveReads {
    private final List<TableObjects> tables;
    private final Map<String, ListingBounds> bounds;
    private final BatchReach reach;
    /** The batches that have a row in a folder, by table and folder; of tables where that is known. */
    private final Map<String, Map<String, BitSet>> folders = new HashMap<>();

    private final List<Batch> batches;

    /**
     * Reads of a plan.
     *
     * @param tables objects of each table
     * @param bounds of the row groups, by table
     * @param folders of the listings, by table, where all rows were counted
     */
    NaiveReads(
            ListingType type,
            List<Batch> batches,
            Unlisted unlisted,
            List<TableObjects> tables,
            Map<String, ListingBounds> bounds,
            Map<String, ListingFolders> folders) {
        this.tables = List.copyOf(tables);
        this.bounds = Map.copyOf(bounds);
        this.reach = new BatchReach(type, batches, unlisted);
        this.batches = List.copyOf(batches);
        if (unlisted == Unlisted.OUTSIDE) {
            folders.forEach((table, known) -> this.folders.put(table, batchesByFolder(known, batches)));
        }
    }

    /**
     * How much is read.
     *
     * @param bytes of the needed columns of all row groups
     * @param read bytes of them that all batches read together
     */
    record Volume(long bytes, long read) {
        /** How many times the day is read; 0 of a day without any bytes. */
        double times() {
            return bytes == 0 ? 0 : (double) read / bytes;
        }
    }

    /** Goes over all row groups once. */
    Volume volume() {
        long bytes = 0;
        long read = 0;
        for (TableObjects table : tables) {
            for (SourceObject object : table.objects()) {
                for (int group = 0; group < object.rowGroups(); group++) {
                    bytes += object.groupBytes()[group];
                    read += object.groupBytes()[group]
                            * readers(table, object, group).cardinality();
                }
            }
        }
        return new Volume(bytes, read);
    }

    /**
     * The most that one batch takes.
     *
     * @param bytes of needed columns that the batch reads which reads most, all tables together
     * @param diskBytes of a finalizer's scratch that the batch wants which wants most: it makes one table at a time,
     *     but keeps what it made of the others
     */
    public record Largest(long bytes, long diskBytes) {}

    /** Goes over all row groups once. */
    Largest largest() {
        long[] read = new long[batches.size()];
        long[] most = new long[batches.size()];
        long[] kept = new long[batches.size()];
        for (int t = 0; t < tables.size(); t++) {
            TableObjects table = tables.get(t);
            long[] bytes = new long[batches.size()];
            long[] rows = new long[batches.size()];
            for (SourceObject object : table.objects()) {
                for (int group = 0; group < object.rowGroups(); group++) {
                    long groupBytes = object.groupBytes()[group];
                    long groupRows = object.groupRows()[group];
                    readers(table, object, group).stream().forEach(batch -> {
                        bytes[batch] += groupBytes;
                        rows[batch] += groupRows;
                    });
                }
            }
            double rowBytes = table.rowBytes();
            for (int batch = 0; batch < bytes.length; batch++) {
                long own = estimatedRows(batch, t).orElse(rows[batch]);
                SourceDisk disk = new SourceDisk(bytes[batch], Math.round(rows[batch] * rowBytes), rows[batch]);
                read[batch] += bytes[batch];
                most[batch] = Math.max(most[batch], kept[batch] + bytes[batch] + disk.sortBytes(own));
                kept[batch] += Math.round(bytes[batch] * Math.min(1, own / Math.max(1.0, rows[batch])));
            }
        }
        return new Largest(
                Arrays.stream(read).max().orElse(0), Arrays.stream(most).max().orElse(0));
    }

    private Optional<Long> estimatedRows(int batch, int table) {
        return batches.get(batch)
                .estimatedRows()
                .filter(rows -> table < rows.size())
                .map(rows -> rows.get(table));
    }

    /** The slices of all batches. */
    NaiveBatches slices() {
        SourcesHash hash = SourcesHash.ZERO;
        SliceCutter cutter = new SliceCutter(batches.size());
        for (TableObjects table : tables) {
            cutter.begin(table.table(), table.objects().stream().findFirst());
            for (SourceObject object : table.objects()) {
                hash = hash.plus(table.table(), 0, object.ordinal(), object.key(), object.etag(), object.rows());
                cutter.cut(object, group -> readers(table, object, group));
            }
        }
        return new NaiveBatches(cutter.end(), hash);
    }

    /** The batches that read a row group. */
    private BitSet readers(TableObjects table, SourceObject object, int group) {
        if (object.groupRows()[group] == 0) {
            return new BitSet();
        }
        ListingBounds known = bounds.get(table.table());
        List<ListingBounds.Bound> groups = known == null ? List.of() : known.of(object.key());
        BitSet byBounds = reach.of(group < groups.size() ? groups.get(group) : ListingBounds.Bound.ANYWHERE);
        if (!folders.containsKey(table.table())) {
            return byBounds;
        }
        BitSet both = (BitSet) byBounds.clone();
        both.and(folders.get(table.table()).getOrDefault(ListingFolders.of(object.key()), new BitSet()));
        return both;
    }

    private static Map<String, BitSet> batchesByFolder(ListingFolders folders, List<Batch> batches) {
        Map<String, BitSet> byFolder = new HashMap<>();
        for (Batch batch : batches) {
            for (String listing : batch.listings()) {
                for (String folder : folders.foldersOf(listing)) {
                    byFolder.computeIfAbsent(folder, f -> new BitSet()).set(batch.number());
                }
            }
        }
        return byFolder;
    }
}
