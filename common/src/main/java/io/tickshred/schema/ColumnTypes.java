package io.tickshred.schema;

import io.tickshred.model.ColumnType;
import io.tickshred.model.SourceColumn;
import io.tickshred.parquet.Footer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type that DuckDB reads a Parquet column as, where it is flat; the Parquet type's own text elsewhere. */
public final class ColumnTypes {
    private static final Pattern DECIMAL =
            Pattern.compile("(?:INT32|INT64|BYTE_ARRAY|FIXED_LEN_BYTE_ARRAY\\(\\d+\\)) (DECIMAL\\(\\d+,\\d+\\))");

    private static final Map<String, String> FLAT = Map.ofEntries(
            Map.entry("BOOLEAN", "BOOLEAN"),
            Map.entry("INT32 INTEGER(8,true)", "TINYINT"),
            Map.entry("INT32 INTEGER(16,true)", "SMALLINT"),
            Map.entry("INT32", "INTEGER"),
            Map.entry("INT64", "BIGINT"),
            Map.entry("INT32 INTEGER(8,false)", "UTINYINT"),
            Map.entry("INT32 INTEGER(16,false)", "USMALLINT"),
            Map.entry("INT32 INTEGER(32,false)", "UINTEGER"),
            Map.entry("INT64 INTEGER(64,false)", "UBIGINT"),
            Map.entry("FLOAT", "FLOAT"),
            Map.entry("DOUBLE", "DOUBLE"),
            Map.entry("INT32 DATE", "DATE"),
            Map.entry("INT32 TIME(MILLIS,false)", "TIME"),
            Map.entry("INT64 TIME(MICROS,false)", "TIME"),
            Map.entry("INT64 TIME(NANOS,false)", "TIME_NS"),
            Map.entry("INT64 TIMESTAMP_MILLIS", "TIMESTAMP"),
            Map.entry("INT64 TIMESTAMP_MICROS", "TIMESTAMP"),
            Map.entry("INT64 TIMESTAMP(MILLIS,false)", "TIMESTAMP"),
            Map.entry("INT64 TIMESTAMP(MICROS,false)", "TIMESTAMP"),
            Map.entry("INT64 TIMESTAMP(NANOS,false)", "TIMESTAMP_NS"),
            Map.entry("INT64 TIMESTAMP(MILLIS,true)", "TIMESTAMP WITH TIME ZONE"),
            Map.entry("INT64 TIMESTAMP(MICROS,true)", "TIMESTAMP WITH TIME ZONE"),
            Map.entry("INT64 TIMESTAMP(NANOS,true)", "TIMESTAMPTZ_NS"),
            Map.entry("BYTE_ARRAY STRING", "VARCHAR"),
            Map.entry("BYTE_ARRAY ENUM", "VARCHAR"),
            Map.entry("BYTE_ARRAY", "BLOB"),
            Map.entry("FIXED_LEN_BYTE_ARRAY(16) UUID", "UUID"));

    private ColumnTypes() {}

    /** A footer's column with its type as it is read. */
    public static SourceColumn of(Footer.Column column) {
        return new SourceColumn(column.name(), of(column.type()));
    }

    /** The type of a Parquet type's text, as {@link Footer.Column#type} has it. */
    public static ColumnType of(String parquetType) {
        String flat = FLAT.get(parquetType);
        if (flat != null) {
            return new ColumnType(flat);
        }
        Matcher decimal = DECIMAL.matcher(parquetType);
        return new ColumnType(decimal.matches() ? decimal.group(1) : parquetType);
    }
}
