package io.tickshred.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * An object's footer cut down to some row groups and columns. What points to bytes outside the column chunks (page
 * indexes, bloom filters) and what describes the whole file (key-value metadata, sorting columns) is left out.
 */
final class MirrorFooter {
    private MirrorFooter() {}

    static byte[] of(String uri, Footer footer, Set<Integer> rowGroups, Set<String> columns) throws IOException {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("a mirror must have at least one column");
        }
        for (String column : columns) {
            if (footer.column(column).isEmpty()) {
                throw new IllegalArgumentException(uri + " has no column " + column);
            }
        }
        FileMetaData meta = FooterParser.decode(uri, footer.serialized());
        SchemaTree tree = SchemaTree.of(uri, meta.getSchema());
        List<SchemaElement> schema = new ArrayList<>();
        schema.add(meta.getSchema().get(0));
        schema.get(0).setNum_children(columns.size());
        for (int i = 0; i < tree.columns().size(); i++) {
            if (columns.contains(tree.columns().get(i).name())) {
                schema.addAll(tree.elements().get(i));
            }
        }
        meta.setSchema(schema);
        meta.setRow_groups(rowGroups(meta.getRow_groups(), tree, rowGroups, columns));
        meta.setNum_rows(
                meta.getRow_groups().stream().mapToLong(RowGroup::getNum_rows).sum());
        if (meta.isSetColumn_orders()) {
            meta.setColumn_orders(columnOrders(meta.getColumn_orders(), tree, columns));
        }
        meta.unsetKey_value_metadata();
        return serialized(meta);
    }

    static byte[] serialized(FileMetaData meta) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(meta, bytes);
        return bytes.toByteArray();
    }

    private static List<RowGroup> rowGroups(
            List<RowGroup> all, SchemaTree tree, Set<Integer> rowGroups, Set<String> columns) {
        List<RowGroup> kept = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            if (rowGroups.contains(index)) {
                RowGroup group = all.get(index);
                List<ColumnChunk> chunks = new ArrayList<>();
                for (int leaf = 0; leaf < tree.leaves().size(); leaf++) {
                    if (columns.contains(tree.leaves().get(leaf).topLevel())) {
                        chunks.add(withoutPointers(group.getColumns().get(leaf)));
                    }
                }
                group.setColumns(chunks);
                group.setTotal_byte_size(chunks.stream()
                        .mapToLong(c -> c.getMeta_data().getTotal_uncompressed_size())
                        .sum());
                group.unsetTotal_compressed_size();
                group.unsetSorting_columns();
                group.unsetFile_offset();
                group.unsetOrdinal();
                kept.add(group);
            }
        }
        return kept;
    }

    private static ColumnChunk withoutPointers(ColumnChunk chunk) {
        chunk.unsetColumn_index_offset();
        chunk.unsetColumn_index_length();
        chunk.unsetOffset_index_offset();
        chunk.unsetOffset_index_length();
        ColumnMetaData meta = chunk.getMeta_data();
        meta.unsetBloom_filter_offset();
        meta.unsetBloom_filter_length();
        meta.unsetIndex_page_offset();
        return chunk;
    }

    private static List<ColumnOrder> columnOrders(List<ColumnOrder> orders, SchemaTree tree, Set<String> columns) {
        List<ColumnOrder> kept = new ArrayList<>();
        for (int leaf = 0; leaf < Math.min(orders.size(), tree.leaves().size()); leaf++) {
            if (columns.contains(tree.leaves().get(leaf).topLevel())) {
                kept.add(orders.get(leaf));
            }
        }
        return kept;
    }
}
