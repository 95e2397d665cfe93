package io.tickshred.planner.chunking;

import io.tickshred.message.ChunkTask;
import io.tickshred.message.ChunkTask.ChunkSource;
import io.tickshred.model.PlanHeader;
import io.tickshred.model.SourcesHash;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** The chunks of all tables of a plan, numbered from 0 in the tables' order; each is made when it is asked for. */
public final class ChunkTasks {
    private final List<TableObjects> tables;
    private final ChunkLimits limits;

    /** A table's objects in key order. */
    public record TableObjects(String table, List<SourceObject> objects) {
        /** Bytes that the needed columns of a row take in memory, on average; 0 of a table without rows. */
        public double rowBytes() {
            long rows = objects.stream().mapToLong(SourceObject::rows).sum();
            return rows == 0
                    ? 0
                    : objects.stream().mapToDouble(SourceObject::memoryBytes).sum() / rows;
        }
    }

    /** How many chunks there are, and the hash of what they read. */
    public record Summary(int chunks, SourcesHash sources) {}

    public ChunkTasks(List<TableObjects> tables, ChunkLimits limits) {
        this.tables = List.copyOf(tables);
        this.limits = limits;
    }

    /** How many chunks there are; stops counting when they are more than enough. */
    long count(long enough) {
        Walk walk = new Walk();
        long count = 0;
        while (count <= enough && walk.hasNext()) {
            walk.next();
            count++;
        }
        return count;
    }

    /** Goes over all chunks once and keeps none. */
    public Summary summary() {
        Walk walk = new Walk();
        SourcesHash hash = SourcesHash.ZERO;
        while (walk.hasNext()) {
            List<ChunkSource> sources = walk.next();
            for (ChunkSource s : sources) {
                hash = hash.plus(walk.table(), walk.chunk(), s.ordinal(), s.key(), s.etag(), s.rows());
            }
        }
        return new Summary(walk.chunk() + 1, hash);
    }

    /**
     * What a chunk takes.
     *
     * @param objects that it reads, whole or in part
     * @param rowGroups of them
     * @param bytes compressed, of the needed columns
     * @param memoryBytes that these columns take in a worker's memory
     */
    public record ChunkSize(String table, int objects, int rowGroups, long rows, long bytes, long memoryBytes) {}

    /** Goes over the sizes of all chunks once. */
    public void measure(Consumer<ChunkSize> consumer) {
        Walk walk = new Walk();
        while (walk.hasNext()) {
            List<ChunkSource> sources = walk.next();
            List<SourceObject> objects = tables.get(walk.table).objects();
            int rowGroups = 0;
            long rows = 0;
            long bytes = 0;
            double memory = 0;
            for (ChunkSource source : sources) {
                SourceObject object = objects.get(source.ordinal());
                for (int g = source.firstRowGroup(); g < source.firstRowGroup() + source.rowGroups(); g++) {
                    bytes += object.groupBytes()[g];
                }
                rowGroups += source.rowGroups();
                rows += source.rows();
                memory += source.rows() * object.rowBytes();
            }
            consumer.accept(new ChunkSize(walk.table(), sources.size(), rowGroups, rows, bytes, Math.round(memory)));
        }
    }

    /** The tasks of a plan, in order; may be iterated again and again. */
    public Iterable<ChunkTask> of(PlanHeader header) {
        return () -> {
            Walk walk = new Walk();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return walk.hasNext();
                }

                @Override
                public ChunkTask next() {
                    List<ChunkSource> sources = walk.next();
                    return new ChunkTask(
                            header.plan(),
                            header.day(),
                            header.fingerprint(),
                            walk.table(),
                            walk.chunk(),
                            header.listingType(),
                            header.batches(),
                            header.mapParts(),
                            sources,
                            header.unlisted());
                }
            };
        };
    }

    /** A place in the sequence of chunks. */
    private final class Walk {
        private int table = -1;
        private int chunk = -1;
        private Iterator<List<ChunkSource>> chunks = Collections.emptyIterator();

        boolean hasNext() {
            while (!chunks.hasNext() && table + 1 < tables.size()) {
                table++;
                chunks = new Chunks(tables.get(table).objects(), limits).iterator();
            }
            return chunks.hasNext();
        }

        List<ChunkSource> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no chunk after the last table");
            }
            chunk++;
            return chunks.next();
        }

        String table() {
            return tables.get(table).table();
        }

        int chunk() {
            return chunk;
        }
    }
}
