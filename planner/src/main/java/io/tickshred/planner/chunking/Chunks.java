package io.tickshred.planner.chunking;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.message.JsonText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The chunks of one table in order, each the sources of one task. Small neighbours are joined and large objects split
 * at row groups, so that a chunk stays within its limits of compressed bytes and of bytes in memory, unless a single
 * row group has more, and within what a record can tell. Every object is in a chunk, also one without rows; every row
 * group is in exactly one; objects keep their order.
 */
public final class Chunks implements Iterable<List<ChunkSource>> {
    /** Sums of shares are taken for equal when they differ by less. */
    private static final double ROUNDING = 1e-9;

    /** What the sources of one task, or their tallies in its result, may take of a record. */
    static final int RECORD_BYTES = 600_000;

    /** At most what a source takes in a task or a result besides its key and etag. */
    private static final int SOURCE_BYTES = 250;

    private final List<SourceObject> objects;
    private final ChunkLimits limits;

    public Chunks(List<SourceObject> objects, ChunkLimits limits) {
        this.objects = objects;
        this.limits = limits;
    }

    @Override
    public Iterator<List<ChunkSource>> iterator() {
        return new Cutter();
    }

    private final class Cutter implements Iterator<List<ChunkSource>> {
        /** Object that the next chunk starts in. */
        private int at;
        /** Row group that the next chunk starts at; above 0 only within an object that is split. */
        private int group;

        @Override
        public boolean hasNext() {
            return at < objects.size();
        }

        @Override
        public List<ChunkSource> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no chunk after the last object");
            }
            SourceObject first = objects.get(at);
            return first.rowGroups() > 1 && limits.share(first) > 1 ? List.of(part(first)) : joined();
        }

        private ChunkSource part(SourceObject object) {
            int from = group;
            double wanted = evenPart(object, from);
            double share = limits.share(object, group++);
            while (group < object.rowGroups()) {
                double next = limits.share(object, group);
                if (share + next / 2 > wanted + ROUNDING || share + next > 1 + ROUNDING) {
                    break;
                }
                share += next;
                group++;
            }
            ChunkSource part = source(object, from, group - from);
            if (group == object.rowGroups()) {
                group = 0;
                at++;
            }
            return part;
        }

        /** Equal parts rather than full ones and a remainder: chunks of a like size end together. */
        private double evenPart(SourceObject object, int from) {
            double left = 0;
            for (int g = from; g < object.rowGroups(); g++) {
                left += limits.share(object, g);
            }
            return left / Math.max(1, Math.ceil(left - ROUNDING));
        }

        private List<ChunkSource> joined() {
            List<ChunkSource> sources = new ArrayList<>();
            double share = 0;
            int recordBytes = 0;
            while (at < objects.size() && sources.size() < limits.maxObjects()) {
                SourceObject object = objects.get(at);
                double more = limits.share(object);
                int moreBytes = SOURCE_BYTES + JsonText.maxBytes(object.key()) + JsonText.maxBytes(object.etag());
                boolean full = share + more > 1 + ROUNDING || recordBytes + moreBytes > RECORD_BYTES;
                if (full && !sources.isEmpty()) {
                    break;
                }
                sources.add(source(object, 0, object.rowGroups()));
                share += more;
                recordBytes += moreBytes;
                at++;
            }
            return sources;
        }
    }

    private static ChunkSource source(SourceObject object, int firstRowGroup, int rowGroups) {
        long rows = 0;
        for (int g = firstRowGroup; g < firstRowGroup + rowGroups; g++) {
            rows += object.groupRows()[g];
        }
        return new ChunkSource(
                object.ordinal(), object.key(), object.etag(), object.sizeBytes(), rows, firstRowGroup, rowGroups);
    }
}
