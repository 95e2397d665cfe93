package io.tickshred.planner.naive;

import io.tickshred.message.BatchTask.Duty;
import io.tickshred.message.BatchTask.SourceSlice;
import io.tickshred.message.BatchTask.TableSlices;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.planner.chunking.SourceObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Cuts objects into the slices that each batch reads. Every row group has one batch that answers for its rows of no
 * batch: the first that reads it; where none does, the first that reads anything of the object, or any one.
 */
final class SliceCutter {
    private final List<List<TableSlices>> tables = new ArrayList<>();
    private List<List<SourceSlice>> slices = new ArrayList<>();
    private Optional<String> table = Optional.empty();
    private Optional<SourceObject> example = Optional.empty();
    private final int batches;

    SliceCutter(int batches) {
        this.batches = batches;
        for (int batch = 0; batch < batches; batch++) {
            tables.add(new ArrayList<>());
        }
    }

    /**
     * Begins with a table.
     *
     * @param first its first object, from which a batch that reads nothing takes the columns
     */
    void begin(String name, Optional<SourceObject> first) {
        finish();
        table = Optional.of(name);
        example = first;
        slices = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            slices.add(new ArrayList<>());
        }
    }

    /**
     * Cuts an object.
     *
     * @param readers the batches that read a row group
     */
    void cut(SourceObject object, IntFunction<BitSet> readers) {
        List<BitSet> groups = new ArrayList<>();
        BitSet any = new BitSet();
        for (int group = 0; group < object.rowGroups(); group++) {
            groups.add(readers.apply(group));
            any.or(groups.get(group));
        }
        int home = any.isEmpty() ? object.ordinal() % batches : any.nextSetBit(0);
        if (groups.isEmpty()) {
            slices.get(home).add(new SourceSlice(source(object, 0, 0), Duty.OUTSIDE));
        }
        cut(object, groups, home, Optional.of(Duty.OUTSIDE));
        for (int batch = any.nextSetBit(0); batch >= 0; batch = any.nextSetBit(batch + 1)) {
            if (batch != home) {
                cut(object, groups, batch, Optional.empty());
            }
        }
    }

    /**
     * Runs of row groups for which a batch has the same duty.
     *
     * @param unread its duty for those that nobody reads
     */
    private void cut(SourceObject object, List<BitSet> groups, int batch, Optional<Duty> unread) {
        int from = 0;
        for (int group = 1; group <= groups.size(); group++) {
            Optional<Duty> duty = duty(groups.get(from), batch, unread);
            if (group == groups.size()
                    || !duty(groups.get(group), batch, unread).equals(duty)) {
                int first = from;
                int count = group - from;
                duty.ifPresent(d -> slices.get(batch).add(new SourceSlice(source(object, first, count), d)));
                from = group;
            }
        }
    }

    private static Optional<Duty> duty(BitSet readers, int batch, Optional<Duty> unread) {
        if (readers.isEmpty()) {
            return unread;
        }
        if (!readers.get(batch)) {
            return Optional.empty();
        }
        return Optional.of(readers.nextSetBit(0) == batch ? Duty.OWN_AND_OUTSIDE : Duty.OWN);
    }

    /** The slices of each batch, table by table. */
    List<List<TableSlices>> end() {
        finish();
        return tables;
    }

    private void finish() {
        if (table.isEmpty()) {
            return;
        }
        for (int batch = 0; batch < batches; batch++) {
            List<SourceSlice> all = slices.get(batch);
            if (all.isEmpty()) {
                example.ifPresent(object -> all.add(new SourceSlice(source(object, 0, 0), Duty.OUTSIDE)));
            }
            tables.get(batch).add(new TableSlices(table.get(), all));
        }
        table = Optional.empty();
    }

    private static ChunkSource source(SourceObject object, int first, int count) {
        long rows = 0;
        for (int group = first; group < first + count; group++) {
            rows += object.groupRows()[group];
        }
        return new ChunkSource(object.ordinal(), object.key(), object.etag(), object.sizeBytes(), rows, first, count);
    }
}
