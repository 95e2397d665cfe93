package io.tickshred.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** Exact least and greatest value of a flat integer or string column chunk, as text; empty where not known for sure. */
record ColumnBounds(Optional<String> min, Optional<String> max) {
    private static final ColumnBounds UNKNOWN = new ColumnBounds(Optional.empty(), Optional.empty());

    /** Writers that truncate without saying so do it at 64 bytes or more. */
    private static final int UNTRUNCATED_BYTES = 63;

    static ColumnBounds of(ColumnMetaData meta, SchemaTree.Leaf leaf) {
        Statistics statistics = meta.getStatistics();
        if (statistics == null || !leaf.flat()) {
            return UNKNOWN;
        }
        boolean exactMin = !statistics.isSetIs_min_value_exact() || statistics.isIs_min_value_exact();
        boolean exactMax = !statistics.isSetIs_max_value_exact() || statistics.isIs_max_value_exact();
        byte @Nullable [] min = exactMin ? statistics.getMin_value() : null;
        byte @Nullable [] max = exactMax ? statistics.getMax_value() : null;
        String type = TypeText.of(leaf.element());
        switch (type) {
            case "INT32", "INT64", "INT32 INTEGER(8,true)", "INT32 INTEGER(16,true)" -> {
                // The old fields are compared as signed values, which is right for these types and no others.
                return new ColumnBounds(
                        integer(min == null ? statistics.getMin() : min, meta.getType(), true),
                        integer(max == null ? statistics.getMax() : max, meta.getType(), true));
            }
            case "INT32 INTEGER(8,false)",
                    "INT32 INTEGER(16,false)",
                    "INT32 INTEGER(32,false)",
                    "INT64 INTEGER(64,false)" -> {
                return new ColumnBounds(integer(min, meta.getType(), false), integer(max, meta.getType(), false));
            }
            case "BYTE_ARRAY STRING", "BYTE_ARRAY ENUM" -> {
                return new ColumnBounds(
                        string(min, statistics.isSetIs_min_value_exact()),
                        string(max, statistics.isSetIs_max_value_exact()));
            }
            default -> {
                return UNKNOWN;
            }
        }
    }

    private static Optional<String> integer(byte @Nullable [] bytes, Type type, boolean signed) {
        int width = type == Type.INT32 ? Integer.BYTES : Long.BYTES;
        if (bytes == null || bytes.length != width) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (type == Type.INT32) {
            int value = buffer.getInt();
            return Optional.of(signed ? Integer.toString(value) : Integer.toUnsignedString(value));
        }
        long value = buffer.getLong();
        return Optional.of(signed ? Long.toString(value) : Long.toUnsignedString(value));
    }

    private static Optional<String> string(byte @Nullable [] bytes, boolean saidExact) {
        if (bytes == null || (!saidExact && bytes.length > UNTRUNCATED_BYTES)) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
