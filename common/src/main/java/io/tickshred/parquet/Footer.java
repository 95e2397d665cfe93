package io.tickshred.parquet;

import io.tickshred.store.StoredObject;
import java.util.List;
import java.util.Optional;

/**
 * What an object's footer says, in the format's own words.
 *
 * @param object the object and version that was read
 * @param footerBytes length of the serialized footer, without magic and length
 * @param columns top-level columns in schema order
 * @param rowGroups row groups in file order
 */
public record Footer(StoredObject object, int footerBytes, List<Column> columns, List<RowGroup> rowGroups) {
    public Footer {
        columns = List.copyOf(columns);
        rowGroups = List.copyOf(rowGroups);
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
        public long compressedBytes(java.util.Set<String> columns) {
            return chunks.stream()
                    .filter(c -> columns.contains(c.column()))
                    .mapToLong(ColumnChunk::compressedBytes)
                    .sum();
        }

        /** Uncompressed bytes of the leaf columns below the given top-level columns. */
        public long uncompressedBytes(java.util.Set<String> columns) {
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
     * @param min least value as text (decimal for integers), where the statistics hold one; never for a truncated value
     * @param max greatest value as text
     */
    public record ColumnChunk(
            String column,
            long offset,
            long compressedBytes,
            long uncompressedBytes,
            Optional<String> min,
            Optional<String> max) {}
}
