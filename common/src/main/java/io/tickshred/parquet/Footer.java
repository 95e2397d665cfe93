package io.tickshred.parquet;

import io.tickshred.store.StoredObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an object's footer says, in the format's own words.
 *
 * @param object the object and version that was read
 * @param serialized the footer as it stands in the object, without magic and length; read-only, its position never
 *     moves. A mirror is written from it, so that an object's footer is fetched once
 * @param columns top-level columns in schema order
 * @param rowGroups row groups in file order
 */
public record Footer(StoredObject object, ByteBuffer serialized, List<Column> columns, List<RowGroup> rowGroups) {
    public Footer {
        serialized = serialized.asReadOnlyBuffer();
        columns = List.copyOf(columns);
        rowGroups = List.copyOf(rowGroups);
    }

    /** Length of the serialized footer in bytes, without magic and length. */
    public int footerBytes() {
        return serialized.remaining();
    }

    public long rows() {
        return rowGroups.stream().mapToLong(RowGroup::rows).sum();
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /**
     * A top-level column; its type is the schema's text, such as {@code INT64 TIMESTAMP(NANOS,true)} or
     * {@code BYTE_ARRAY STRING}.
     */
    public record Column(String name, String type) {}

    /**
     * A row group.
     *
     * @param index place in the file, from 0
     * @param firstRow row number of its first row in the file, from 0
     * @param chunks column chunks of leaf columns, in schema order
     */
    public record RowGroup(int index, long firstRow, long rows, List<ColumnChunk> chunks) {
        public RowGroup {
            chunks = List.copyOf(chunks);
        }

        /** Compressed bytes of the leaf columns below the given top-level columns. */
        public long compressedBytes(Set<String> columns) {
            return chunks.stream()
                    .filter(c -> columns.contains(c.column()))
                    .mapToLong(ColumnChunk::compressedBytes)
                    .sum();
        }

        /** Uncompressed bytes of the leaf columns below the given top-level columns. */
        public long uncompressedBytes(Set<String> columns) {
            return chunks.stream()
                    .filter(c -> columns.contains(c.column()))
                    .mapToLong(ColumnChunk::uncompressedBytes)
                    .sum();
        }
    }

    /**
     * A column chunk.
     *
     * @param column top-level column that it belongs to
     * @param offset first byte in the file, the dictionary page included
     * @param min least value as text (decimal for integers) of a top-level integer or string column, where the
     *     statistics hold one; never a truncated value
     * @param max greatest value as text
     * @param dictionaryValues about how many different values there are, as far as the footer tells it; 0 if it does
     *     not. Good for estimates alone
     */
    public record ColumnChunk(
            String column,
            long offset,
            long compressedBytes,
            long uncompressedBytes,
            Optional<String> min,
            Optional<String> max,
            long dictionaryValues) {}
}
