package io.tickshred.parquet;

import io.tickshred.store.ByteRange;
import io.tickshred.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;

/**
 * One column of a small object, held in memory. Copies of many objects are written as one Parquet file, row group
 * behind row group, because for a reader a file costs as much as many thousands of rows.
 */
public final class ColumnCopy {
    private final FileMetaData meta;
    private final long offset;
    private final byte[] content;

    private ColumnCopy(FileMetaData meta, long offset, byte[] content) {
        this.meta = meta;
        this.offset = offset;
        this.content = content;
    }

    /**
     * Fetches a column with one request.
     *
     * @param maxBytes the most that may be fetched
     * @return empty if the column's chunks, and what lies between them, are longer
     * @throws ParquetFormatException if the footer is not valid
     */
    public static Optional<ColumnCopy> fetch(ObjectStore store, Footer footer, String column, int maxBytes)
            throws IOException {
        long start = Long.MAX_VALUE;
        long end = 0;
        for (Footer.RowGroup group : footer.rowGroups()) {
            for (Footer.ColumnChunk chunk : group.chunks()) {
                if (chunk.column().equals(column)) {
                    start = Math.min(start, chunk.offset());
                    end = Math.max(end, chunk.offset() + chunk.compressedBytes());
                }
            }
        }
        if (end - start > maxBytes || end <= start) {
            return Optional.empty();
        }
        String uri = store.uri(footer.object().key());
        Set<Integer> groups =
                IntStream.range(0, footer.rowGroups().size()).boxed().collect(Collectors.toSet());
        byte[] mirror = MirrorFooter.of(uri, footer, groups, Set.of(column));
        FileMetaData meta = FooterParser.decode(uri, ByteBuffer.wrap(mirror));
        return Optional.of(new ColumnCopy(meta, start, store.read(footer.object(), new ByteRange(start, end - start))));
    }

    /** Whether both can go into one file: their columns are declared the same. */
    public boolean sameSchema(ColumnCopy other) {
        return column(meta).equals(column(other.meta));
    }

    /**
     * Writes copies of one schema as one file.
     *
     * @param target must not exist
     */
    public static void write(List<ColumnCopy> copies, Path target) throws IOException {
        ColumnCopy first = copies.get(0);
        FileMetaData all = first.meta.deepCopy();
        List<RowGroup> groups = new ArrayList<>();
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long position = SparseMirror.MAGIC_BYTES;
            for (ColumnCopy copy : copies) {
                if (!copy.sameSchema(first)) {
                    throw new IllegalArgumentException("copies in one file must be of one schema: " + target);
                }
                SparseMirror.writeFully(file, ByteBuffer.wrap(copy.content), position);
                for (RowGroup group : copy.meta.getRow_groups()) {
                    groups.add(moved(group.deepCopy(), position - copy.offset));
                }
                position += copy.content.length;
            }
            all.setRow_groups(groups);
            all.setNum_rows(groups.stream().mapToLong(RowGroup::getNum_rows).sum());
            SparseMirror.finish(file, position, MirrorFooter.serialized(all));
        }
    }

    /** Bytes held. */
    public int sizeBytes() {
        return content.length;
    }

    private static RowGroup moved(RowGroup group, long by) {
        for (ColumnChunk chunk : group.getColumns()) {
            chunk.setFile_offset(0);
            ColumnMetaData column = chunk.getMeta_data();
            column.setData_page_offset(column.getData_page_offset() + by);
            if (column.isSetDictionary_page_offset()) {
                column.setDictionary_page_offset(column.getDictionary_page_offset() + by);
            }
        }
        return group;
    }

    /** The schema but for its root, whose name is the writer's. */
    private static List<SchemaElement> column(FileMetaData meta) {
        return meta.getSchema().subList(1, meta.getSchema().size());
    }
}
