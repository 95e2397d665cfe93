package io.tickshred.parquet;

import java.util.Set;

/**
 * Bytes that a row takes in memory, column by column: the width of a fixed type, and for texts and nested values 16
 * bytes of view plus the average of their uncompressed bytes in the object. A text that is dictionary-encoded counts
 * less than it would take copied out, as engines share such texts too.
 */
public final class RowWidth {
    private static final int VIEW_BYTES = 16;

    private RowWidth() {}

    /** Average over the object's rows. */
    public static double of(Footer footer, Set<String> columns) {
        double width = 0;
        for (Footer.Column column : footer.columns()) {
            if (columns.contains(column.name())) {
                width += of(footer, column);
            }
        }
        return width;
    }

    private static double of(Footer footer, Footer.Column column) {
        String physical = column.type().split("[ (]", 2)[0];
        return switch (physical) {
            case "BOOLEAN" -> 1;
            case "INT32", "FLOAT" -> 4;
            case "INT64", "DOUBLE" -> 8;
            case "INT96" -> 12;
            default -> VIEW_BYTES + averageBytes(footer, column.name());
        };
    }

    private static double averageBytes(Footer footer, String column) {
        long rows = footer.rows();
        long bytes = footer.rowGroups().stream()
                .mapToLong(group -> group.uncompressedBytes(Set.of(column)))
                .sum();
        return rows == 0 ? 0 : (double) bytes / rows;
    }
}
