package io.tickshred.planner.chunking;

import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.ChunkPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The chunks of one table in order, each the sources of one task. Small neighbours are joined and large objects split
 * at row groups, so that a chunk reads at most the target's bytes of needed columns, unless a single row group has
 * more. Every object is in a chunk, also one without rows; every row group is in exactly one; objects keep their order.
 */
public final class Chunks implements Iterable<List<ChunkSource>> {
    private final List<SourceObject> objects;
    private final ChunkPolicy policy;

    public Chunks(List<SourceObject> objects, ChunkPolicy policy) {
        this.objects = objects;
        this.policy = policy;
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
            return first.rowGroups() > 1 && first.bytes() > policy.targetBytes() ? List.of(part(first)) : joined();
        }

        private ChunkSource part(SourceObject object) {
            // Equal parts rather than full ones and a remainder: chunks of a like size end together.
            long parts = 1 + (object.bytes() - 1) / policy.targetBytes();
            long limit = 1 + (object.bytes() - 1) / parts;
            int from = group;
            long bytes = object.groupBytes()[group++];
            while (group < object.rowGroups() && bytes + object.groupBytes()[group] <= limit) {
                bytes += object.groupBytes()[group++];
            }
            ChunkSource part = source(object, from, group - from);
            if (group == object.rowGroups()) {
                group = 0;
                at++;
            }
            return part;
        }

        private List<ChunkSource> joined() {
            List<ChunkSource> sources = new ArrayList<>();
            long bytes = 0;
            while (at < objects.size() && sources.size() < policy.maxObjects()) {
                SourceObject object = objects.get(at);
                if (!sources.isEmpty() && bytes + object.bytes() > policy.targetBytes()) {
                    break;
                }
                sources.add(source(object, 0, object.rowGroups()));
                bytes += object.bytes();
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
