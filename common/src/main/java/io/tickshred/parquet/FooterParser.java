package io.tickshred.parquet;

import io.tickshred.parquet.Footer.ColumnChunk;
import io.tickshred.parquet.Footer.RowGroup;
import io.tickshred.store.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/** Decodes a serialized footer and checks that it can be true of the object. One use. */
final class FooterParser {
    private final String uri;
    private final StoredObject object;
    private final ByteBuffer serialized;
    private final long dataEnd;

    FooterParser(String uri, StoredObject object, ByteBuffer serialized) {
        this.uri = uri;
        this.object = object;
        this.serialized = serialized;
        this.dataEnd = object.sizeBytes() - 8 - serialized.remaining();
    }

    Footer parse() throws ParquetFormatException {
        FileMetaData meta = decode(uri, serialized);
        if (meta.isSetEncryption_algorithm()) {
            throw damaged("is encrypted Parquet, which is not supported: decrypt it first");
        }
        SchemaTree schema = SchemaTree.of(uri, meta.getSchema());
        Set<String> names = new HashSet<>();
        for (Footer.Column column : schema.columns()) {
            if (!names.add(column.name())) {
                throw damaged("has two columns named " + column.name());
            }
        }
        List<RowGroup> rowGroups = new ArrayList<>();
        long rows = 0;
        for (org.apache.parquet.format.RowGroup group : meta.getRow_groups()) {
            rowGroups.add(rowGroup(rowGroups.size(), rows, group, schema));
            rows = Math.addExact(rows, group.getNum_rows());
        }
        if (rows != meta.getNum_rows()) {
            throw damaged("is damaged: its footer counts " + meta.getNum_rows() + " rows, its row groups " + rows);
        }
        return new Footer(object, serialized, schema.columns(), rowGroups);
    }

    /**
     * Decodes the Thrift form; no claim in it makes the reader use more memory than a few times the footer's length.
     */
    static FileMetaData decode(String uri, ByteBuffer serialized) throws ParquetFormatException {
        byte[] bytes = new byte[serialized.remaining()];
        serialized.duplicate().get(bytes);
        try {
            return Util.readFileMetaData(new java.io.ByteArrayInputStream(bytes), bytes.length);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new ParquetFormatException(uri, "has a damaged footer: " + reason(e), e);
        }
    }

    /** The library's first clause, without its classes and without what it has read so far; the cause has it all. */
    private static String reason(Throwable e) {
        String text = String.valueOf(e.getMessage())
                .replaceFirst("(?s)\\R.*", "")
                .replaceFirst("^can not read class \\S+: ", "")
                .replaceFirst("[!.;,]?\\s*Struct:.*", "")
                .replaceAll("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])", "")
                .strip();
        return e.getMessage() == null || text.isEmpty() ? "it cannot be decoded" : text;
    }

    private RowGroup rowGroup(int index, long firstRow, org.apache.parquet.format.RowGroup group, SchemaTree schema)
            throws ParquetFormatException {
        if (group.getNum_rows() < 0 || group.getNum_rows() > Long.MAX_VALUE - firstRow) {
            throw damaged("is damaged: row group " + index + " has " + group.getNum_rows() + " rows");
        }
        if (group.getColumnsSize() != schema.leaves().size()) {
            throw damaged("is damaged: row group " + index + " has " + group.getColumnsSize()
                    + " column chunks, the schema " + schema.leaves().size() + " columns");
        }
        List<ColumnChunk> chunks = new ArrayList<>();
        for (int i = 0; i < schema.leaves().size(); i++) {
            chunks.add(columnChunk(
                    index, group.getColumns().get(i), schema.leaves().get(i)));
        }
        return new RowGroup(index, firstRow, group.getNum_rows(), chunks);
    }

    private ColumnChunk columnChunk(int group, org.apache.parquet.format.ColumnChunk chunk, SchemaTree.Leaf leaf)
            throws ParquetFormatException {
        String where = "column " + leaf.path() + " of row group " + group;
        ColumnMetaData meta = chunk.getMeta_data();
        if (meta == null) {
            throw damaged("has no readable metadata for " + where + ": it is encrypted or damaged");
        }
        if (chunk.isSetFile_path()) {
            throw damaged("keeps " + where + " in another file, " + chunk.getFile_path() + ", which is not supported");
        }
        if (meta.getType() != leaf.element().getType()
                || !meta.getPath_in_schema().equals(leaf.pathParts())) {
            throw damaged("is damaged: " + where + " does not agree with the schema");
        }
        long offset = meta.getData_page_offset();
        // Some writers set a dictionary offset of 0 where there is no dictionary.
        if (meta.isSetDictionary_page_offset() && meta.getDictionary_page_offset() > 0) {
            offset = Math.min(offset, meta.getDictionary_page_offset());
        }
        long length = meta.getTotal_compressed_size();
        if (length < 0
                || meta.getTotal_uncompressed_size() < 0
                || (length > 0 && (offset < 4 || length > dataEnd - offset))) {
            throw damaged("is truncated or damaged: " + where + " would lie at " + offset + "+" + length
                    + ", the data ends at " + dataEnd);
        }
        ColumnBounds bounds = ColumnBounds.of(meta, leaf);
        return new ColumnChunk(
                leaf.topLevel(),
                offset,
                length,
                meta.getTotal_uncompressed_size(),
                bounds.min(),
                bounds.max(),
                dictionaryValues(meta));
    }

    /** By the writer's word, or by the room that the dictionary page takes, header and compression not reckoned. */
    private static long dictionaryValues(ColumnMetaData meta) {
        if (meta.isSetStatistics() && meta.getStatistics().isSetDistinct_count()) {
            return Math.max(0, meta.getStatistics().getDistinct_count());
        }
        long bytes = meta.getData_page_offset() - meta.getDictionary_page_offset();
        if (!meta.isSetDictionary_page_offset() || meta.getDictionary_page_offset() <= 0 || bytes <= 0) {
            return 0;
        }
        return switch (meta.getType()) {
            case INT32, FLOAT -> bytes / 4;
            case INT64, DOUBLE -> bytes / 8;
            default -> bytes / 16;
        };
    }

    private ParquetFormatException damaged(String problem) {
        return new ParquetFormatException(uri, problem);
    }
}
