package io.tickshred.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SortingColumn;

/**
 * Says in the footer of a file how its rows are sorted ({@code sorting_columns} of each row group) and what it is (key
 * and value metadata), which DuckDB does not write. Only the footer is written anew, at its own place: no page is
 * touched, and what the footer points to stays where it is.
 */
public final class FooterLabels {
    private static final int TRAILER_BYTES = 8;

    private FooterLabels() {}

    /**
     * Labels a local file. A column that is nested or not there ends the order that is told, since what follows it
     * holds only within it. The same file and labels give the same bytes.
     *
     * @param sortedBy what the rows are sorted by, most significant first, all rising, nulls last
     * @param metadata added to what is there, in order of its keys
     * @throws ParquetFormatException if the file's footer is not valid
     */
    public static void write(Path file, List<String> sortedBy, SortedMap<String, String> metadata) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size() - TRAILER_BYTES;
            int length = read(channel, end, TRAILER_BYTES).getInt(0);
            long start = end - length;
            if (length <= 0 || start < SparseMirror.MAGIC_BYTES) {
                throw new ParquetFormatException(
                        file.toString(), "is damaged: its footer would have " + length + " bytes");
            }
            FileMetaData meta = FooterParser.decode(file.toString(), read(channel, start, length));
            List<SortingColumn> order = order(SchemaTree.of(file.toString(), meta.getSchema()), sortedBy);
            for (RowGroup group : meta.getRow_groups()) {
                group.setSorting_columns(order);
            }
            metadata.forEach((key, value) -> meta.addToKey_value_metadata(new KeyValue(key).setValue(value)));
            channel.truncate(start);
            SparseMirror.finish(channel, start, MirrorFooter.serialized(meta));
        }
    }

    private static List<SortingColumn> order(SchemaTree schema, List<String> sortedBy) {
        List<SortingColumn> order = new ArrayList<>();
        for (String column : sortedBy) {
            int leaf = leaf(schema, column);
            if (leaf < 0) {
                break;
            }
            order.add(new SortingColumn(leaf, false, false));
        }
        return order;
    }

    private static int leaf(SchemaTree schema, String column) {
        for (int i = 0; i < schema.leaves().size(); i++) {
            SchemaTree.Leaf leaf = schema.leaves().get(i);
            if (leaf.flat() && leaf.path().equals(column)) {
                return i;
            }
        }
        return -1;
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(0, length)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (position < 0 || channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("a file that was just written is too short");
            }
        }
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
