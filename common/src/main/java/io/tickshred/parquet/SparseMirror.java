package io.tickshred.parquet;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A part of a Parquet object as a local file: the wanted column chunks at their original offsets, holes between them,
 * and behind the last byte a footer that names just what is there. Any reader sees a complete, smaller Parquet file;
 * the disk and the network see only the bytes that are wanted.
 */
public final class SparseMirror {
    /** Length of what stands in front of the first column chunk. */
    static final int MAGIC_BYTES = 4;

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Holes up to this size are fetched along: at the latency of a store that is faster than a request of its own. */
    private static final long MAX_GAP_BYTES = 64 << 10;

    private SparseMirror() {}

    /**
     * Fetches row groups and columns of an object into a new file. Rows keep their order; row groups are renumbered
     * from 0.
     *
     * @param footer of the object, which pins its version
     * @param rowGroups indexes of the wanted row groups; none makes a file without rows
     * @param columns names of the wanted top-level columns, at least one; the mirror has them in the object's order
     * @param target must not exist
     * @throws ParquetFormatException if the footer is not valid
     */
    public static void write(ObjectStore store, Footer footer, Set<Integer> rowGroups, Set<String> columns, Path target)
            throws IOException {
        String uri = store.uri(footer.object().key());
        byte[] mirrorFooter = MirrorFooter.of(uri, footer, rowGroups, columns);
        List<ByteRange> ranges = ranges(footer, rowGroups, columns);
        try (FileChannel file = FileChannel.open(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            if (!ranges.isEmpty()) {
                store.readInto(footer.object(), ranges, file);
            }
            long end = ranges.isEmpty()
                    ? MAGIC.length
                    : ranges.get(ranges.size() - 1).end();
            finish(file, end, mirrorFooter);
        }
    }

    /**
     * Writes a file without rows that has the columns of an object, types and all; reads nothing but the footer given.
     */
    public static void writeSchema(Footer footer, Set<String> columns, Path target) throws IOException {
        byte[] mirrorFooter = MirrorFooter.of(footer.object().key(), footer, Set.of(), columns);
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            finish(file, MAGIC.length, mirrorFooter);
        }
    }

    /**
     * Bytes that {@link #write} will fetch, gaps included: what a mirror needs of network and scratch disk, but its
     * footer.
     */
    public static long fetchedBytes(Footer footer, Set<Integer> rowGroups, Set<String> columns) {
        return ranges(footer, rowGroups, columns).stream()
                .mapToLong(ByteRange::length)
                .sum();
    }

    private static List<ByteRange> ranges(Footer footer, Set<Integer> rowGroups, Set<String> columns) {
        List<ByteRange> wanted = new ArrayList<>();
        for (int index : rowGroups) {
            for (Footer.ColumnChunk chunk : footer.rowGroups().get(index).chunks()) {
                if (columns.contains(chunk.column()) && chunk.compressedBytes() > 0) {
                    wanted.add(new ByteRange(chunk.offset(), chunk.compressedBytes()));
                }
            }
        }
        wanted.sort(Comparator.comparingLong(ByteRange::offset));
        List<ByteRange> merged = new ArrayList<>();
        for (ByteRange range : wanted) {
            ByteRange last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && range.offset() - last.end() <= MAX_GAP_BYTES) {
                merged.set(
                        merged.size() - 1,
                        new ByteRange(last.offset(), Math.max(last.end(), range.end()) - last.offset()));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    /** Writes what stands around the column chunks: the magic bytes in front, the footer behind. */
    static void finish(FileChannel file, long end, byte[] footer) throws IOException {
        writeFully(file, ByteBuffer.wrap(MAGIC), 0);
        ByteArrayOutputStream tail = new ByteArrayOutputStream(footer.length + 8);
        tail.write(footer);
        tail.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
        tail.write(MAGIC);
        writeFully(file, ByteBuffer.wrap(tail.toByteArray()), end);
    }

    static void writeFully(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }
}
